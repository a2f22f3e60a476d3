//! The API's description as other tools of the repository read it.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::{env, fs, path::Path};

/// With `WRITE_DOCUMENT=1` it writes the document instead.
#[test]
fn the_document_in_docs_is_what_the_server_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let said = api::openapi::text();
    if env::var_os("WRITE_DOCUMENT").is_some() {
        fs::write(&file, &said).unwrap();
    }
    let written = fs::read_to_string(file).unwrap();
    let different = written.lines().zip(said.lines()).find(|(a, b)| a != b);
    assert_eq!(
        different, None,
        "write it anew: WRITE_DOCUMENT=1 cargo test -p api --test document, then npm run generate"
    );
    assert_eq!(written, said);
}
