//! Has the server built again when the pages were built.

use std::fs;

/// Where the pages' build puts them.
const PAGES: &str = "../web/dist";

fn main() {
    // A folder that is missing would count as changed at every build. Where it can't be
    // made, that is all that happens: a server without pages says so itself.
    drop(fs::create_dir_all(PAGES));
    println!("cargo::rerun-if-changed={PAGES}");
}
