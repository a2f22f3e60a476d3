//! The built pages, as they are served: chosen, labelled and compressed beforehand,
//! so that an answer is a look-up.

mod coding;
mod embedded;
mod file;

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;

use coding::Coding;

pub(crate) use file::{CONTENT_SECURITY_POLICY, File};

/// All files that can be asked for, by their path in the build: `assets/base.js`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages(Arc<HashMap<String, File>>);

impl Pages {
    /// The pages that this program was built with; none, when it was built without.
    pub(crate) fn embedded() -> Self {
        Self::new(embedded::files())
    }

    /// The pages of a build. A file beside another, with the ending of a coding, is
    /// what is sent of that one to those who accept it, and is no file of its own.
    fn new(built: impl Iterator<Item = (String, Bytes)>) -> Self {
        let mut built: HashMap<String, Bytes> = built.collect();
        let plain: Vec<String> = built
            .keys()
            .filter(|path| Coding::of_file(path).is_none())
            .cloned()
            .collect();
        let mut files = HashMap::new();
        for path in plain {
            let coded = Coding::ALL.map(|coding| {
                let beside = format!("{path}{}", coding.ending());
                built.remove(&beside).map(|bytes| (coding, bytes))
            });
            if let Some(bytes) = built.remove(&path) {
                let file = File::new(&path, bytes, coded.into_iter().flatten());
                files.insert(path, file);
            }
        }
        Self(Arc::new(files))
    }

    /// The file at a path of the build.
    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.0.get(path)
    }

    /// Whether this program was built without them.
    pub(crate) fn are_missing(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_is_no_file_of_its_own() {
        let built = ["index.html", "index.html.br", "index.html.gz", "icon.svg"];
        let built = built.map(|path| (path.to_owned(), Bytes::from_static(path.as_bytes())));
        let pages = Pages::new(built.into_iter());
        assert!(pages.get("index.html").is_some() && pages.get("icon.svg").is_some());
        assert!(pages.get("index.html.br").is_none() && pages.get("index.html.gz").is_none());
    }

    #[test]
    fn a_build_without_pages_has_none() {
        assert!(Pages::new(std::iter::empty()).are_missing());
    }
}
