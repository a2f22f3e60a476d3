# Named and timed steps, and their summary.
# shellcheck shell=bash

test_log=$(mktemp)
browser_log=$(mktemp)
steps=()
notes=()
current=

# Runs a step: "step name command argument…". The script ends when it fails.
step() {
    local name=$1 start=$SECONDS
    shift
    current=$name
    say ""
    say "== $name: $*"
    "$@"
    current=
    steps+=("$(printf 'ok      %-14s %5d s' "$name" $((SECONDS - start)))")
}

# Adds a line to the summary.
note() {
    notes+=("$*")
    say "$*"
}

count_tests() {
    awk '/^test result: / { passed += $4; failed += $6 } END { printf "%d passed, %d failed", passed, failed }' "$test_log"
}

# The tests that failed, and those that passed at the second try, a line each.
failed_tests() {
    awk '/^test .* \.\.\. FAILED$/ { print "FAILED  " $2 }' "$test_log"
    sed $'s/\033\\[[0-9;]*[A-Za-z]//g' "$browser_log" |
        awk '/^ +[0-9]+ (failed|flaky)$/ { how = $2 } /^ +\[e2e\] › / && how { sub(/^ +/, ""); print how "  " $0 }'
}

# Says how it went, and exits with the status given.
summary() {
    local status=$1 line
    say ""
    for line in ${steps[@]+"${steps[@]}"}; do
        say "$line"
    done
    [ ! -s "$test_log" ] || say "tests:  $(count_tests)"
    failed_tests | while IFS= read -r line; do say "        $line"; done
    for line in ${notes[@]+"${notes[@]}"}; do
        say "note:   $line"
    done
    if [ "$status" -eq 0 ]; then
        say "All passed in $SECONDS s."
    else
        say "FAILED  ${current:-before the first step} (after $SECONDS s)"
    fi
    rm -f "$test_log" "$browser_log"
    exit "$status"
}
