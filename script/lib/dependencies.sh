# Licences, sources, versions and known faults of the dependencies, by cargo-deny;
# known faults of Node's packages, by npm.
# shellcheck shell=bash

deny_version=0.20.2

# Seconds for the download of the advisories: it is small, or out of reach.
advisories_limit=60

# Finds cargo-deny, or installs it beside the build, which takes minutes, once. Without
# optimisation, which takes longer than the tool then ever runs.
need_deny() {
    if cargo deny --version >/dev/null 2>&1; then
        return 0
    fi
    local tools=$CARGO_TARGET_DIR/tools
    PATH="$tools/bin:$PATH"
    if ! cargo deny --version >/dev/null 2>&1; then
        say "Installing cargo-deny $deny_version into $tools"
        CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
            cargo install cargo-deny --version "$deny_version" --locked --quiet --debug \
            --root "$tools" --target-dir "$tools/build" && rm -rf "$tools/build"
    fi
}

check_dependencies() {
    check_node_packages
    if ! need_deny; then
        note "dependencies are NOT checked: cargo-deny can't be installed"
        return 0
    fi
    cargo deny --locked check bans licenses sources
    if timeout "$advisories_limit" cargo deny fetch db >/dev/null 2>&1; then
        cargo deny --locked check --disable-fetch advisories
    else
        note "advisories are NOT checked: the advisory database at github.com is out of reach"
    fi
}

# Faults that are at least high, in what is shipped and in what builds it. A registry
# that has no advisories answers without a report.
check_node_packages() {
    local report status=0
    report=$(timeout "$advisories_limit" npm audit --audit-level=high --json 2>/dev/null) || status=$?
    case "$report" in
    *'"auditReportVersion"'*)
        [ "$status" -eq 0 ] || npm audit --audit-level=high
        ;;
    *) note "advisories on Node's packages are NOT checked: the registry tells none" ;;
    esac
}
