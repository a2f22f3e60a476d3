# A PostgreSQL for the tests, which ends with the script however that ends.
# shellcheck shell=bash

# Starts it and exports its URL. Its program was built with the tests.
start_postgres() {
    coproc POSTGRES { exec "$CARGO_TARGET_DIR/debug/examples/throwaway_postgres"; }
    postgres_pid=$POSTGRES_PID
    read -r SLOTKEEPER_TEST_DATABASE_URL <&"${POSTGRES[0]}" || fail "the tests' PostgreSQL does not start"
    export SLOTKEEPER_TEST_DATABASE_URL
}

# Its program stops PostgreSQL when its input ends.
stop_postgres() {
    [ -n "${postgres_pid-}" ] || return 0
    local input=${POSTGRES[1]-}
    [ -z "$input" ] || exec {input}>&-
    wait "$postgres_pid" || say "the tests' PostgreSQL did not stop cleanly"
    postgres_pid=
}
