# The system's packages that a build, a private PostgreSQL and the pages' tests need.
# shellcheck shell=bash

# Looks where the server itself does.
have_postgres() {
    local bin folders
    IFS=: read -ra folders <<<"$PATH:$(pg_config --bindir 2>/dev/null || true)"
    for bin in "${folders[@]}" /usr/lib/postgresql/*/bin; do
        if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then
            return 0
        fi
    done
    return 1
}

# Where the pages' tests look.
have_chromium() {
    [ -x "${CHROMIUM:-/usr/bin/chromium}" ]
}

# What lets the wall clock of a server jump, in tests.
have_faketime() {
    compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null ||
        [ -e /usr/lib/faketime/libfaketime.so.1 ]
}

# Names what is missing; what tests alone need, only for "missing_packages for-tests".
missing_packages() {
    # Debian's cc needs the C library's headers besides.
    { command -v cc && [ -e /usr/include/stdlib.h ]; } >/dev/null || printf '%s\n' gcc libc6-dev
    # A server that is named by its URL needs no other.
    [ -n "${DATABASE_URL-}" ] || have_postgres || printf '%s\n' postgresql
    { command -v setsid && command -v setpriv; } >/dev/null || printf '%s\n' util-linux
    if [ "${1-}" = for-tests ]; then
        have_chromium || printf '%s\n' chromium
        have_faketime || printf '%s\n' libfaketime
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Installs what is missing, or says what to install: "need_packages for-tests".
need_packages() {
    local packages
    mapfile -t packages < <(missing_packages "$@")
    [ ${#packages[@]} -gt 0 ] || return 0
    local advice="install these packages and start again: ${packages[*]}"
    command -v apt-get >/dev/null || fail "$advice"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "$advice"
    say "Installing by apt: ${packages[*]}"
    # Stale lists may still do.
    as_root apt-get update -qq || true
    without_main_cluster as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2 || fail "$advice"
    mapfile -t packages < <(missing_packages "$@")
    [ ${#packages[@]} -eq 0 ] || fail "apt has installed ${packages[*]}, and something of it is still missing"
}

# Debian's package starts a PostgreSQL of its own on port 5432, of which we have no use.
without_main_cluster() {
    local folder=/etc/postgresql-common/createcluster.d
    local setting=$folder/slotkeeper.conf status=0
    as_root mkdir -p "$folder"
    echo 'create_main_cluster = false' | as_root tee "$setting" >/dev/null
    "$@" || status=$?
    as_root rm -f "$setting"
    return "$status"
}
