//! The client's arithmetic is tested against what the domain says of random
//! days. Here those days are held to what the domain says now.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's panic is its report"
)]

#[path = "../examples/derive_slots_fixtures/fixtures.rs"]
mod fixtures;

use std::{fs, path::Path};

#[test]
fn the_fixtures_of_the_client_are_what_the_domain_says() {
    let file = "../client/core/test/fixtures/derive-slots.json";
    let written = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let different = written
        .lines()
        .zip(fixtures::document().lines())
        .find_map(|(written, said)| (written != said).then(|| said.to_owned()));
    assert_eq!(
        different, None,
        "write them anew: cargo run -p domain --example derive_slots_fixtures > client/core/test/fixtures/derive-slots.json"
    );
    assert_eq!(
        written.lines().count(),
        fixtures::document().lines().count()
    );
}
