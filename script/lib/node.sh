# Node and the packages of client/ and web/, from the lock file.
# shellcheck shell=bash

# The lowest version, as package.json's "engines" has it.
node_lowest() {
    sed -n 's/^ *"node": ">=\([0-9.]*\)".*/\1/p' package.json
}

# Says what is missing: nothing when Node and npm are there and new enough.
missing_node() {
    local lowest found
    lowest=$(node_lowest)
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        echo "Node $lowest or later and npm are missing"
        return 0
    fi
    found=$(node --version)
    printf '%s\n' "$lowest" "${found#v}" | sort --check=quiet --version-sort ||
        echo "Node $lowest or later is missing: here is ${found#v}"
}

# Debian's own Node may be older, so nothing is installed.
need_node() {
    local missing
    missing=$(missing_node)
    [ -z "$missing" ] || fail "$missing; install it from https://nodejs.org"
}

# What is asked of npm is not whether it is the newest.
export npm_config_update_notifier=false

# What the lock file names, and nothing else. A cached package needs no network.
install_node_packages() {
    npm ci --prefer-offline --no-audit --no-fund
}
