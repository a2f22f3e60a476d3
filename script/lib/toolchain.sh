# The Rust toolchain that rust-toolchain.toml pins, with clippy and rustfmt.
# shellcheck shell=bash

pinned_toolchain() {
    sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml
}

# A shell that was open before rustup was installed does not know of it yet.
find_cargo() {
    if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
    fi
    command -v cargo >/dev/null || fail "cargo is missing: install Rust from https://rustup.rs"
}

# Needs the arguments' components too: "need_toolchain clippy rustfmt".
need_toolchain() {
    find_cargo
    local version missing=() component
    version=$(pinned_toolchain)
    rustc --version 2>/dev/null | grep -q "^rustc $version " || missing+=(rustc)
    for component in "$@"; do
        # The program of rustfmt is called fmt.
        cargo "${component/rust/}" --version >/dev/null 2>&1 || missing+=("$component")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v rustup >/dev/null ||
        fail "missing of Rust $version: ${missing[*]}; install rustup, which brings them: https://rustup.rs"
    say "Installing Rust $version: ${missing[*]}"
    rustup toolchain install "$version" --no-self-update \
        --profile minimal --component clippy --component rustfmt
}
