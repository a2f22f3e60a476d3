//! Writes what the domain says of 200 random days, for the client's arithmetic
//! to be tested against:
//!
//! ```sh
//! cargo run -p domain --example derive_slots_fixtures > client/core/test/fixtures/derive-slots.json
//! ```

mod fixtures;

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(fixtures::document().as_bytes())
}
