use std::borrow::Cow;

use bytes::Bytes;
use rust_embed::Embed;

/// The folder that the pages' build makes.
#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

/// The files in it, as they lie in this program.
pub(super) fn files() -> impl Iterator<Item = (String, Bytes)> {
    Built::iter().filter_map(|path| {
        let bytes = match Built::get(&path)?.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some((path.into_owned(), bytes))
    })
}
