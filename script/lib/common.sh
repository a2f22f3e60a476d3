# What the scripts share: where we are, how to talk and how to fail.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

# The build goes where the caller says, or to the usual place, whatever else is configured.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "${0##*/}: $*"
    exit 1
}
