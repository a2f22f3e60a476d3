//! The built pages, as they are served: chosen, labelled and compressed beforehand,
//! so that an answer is a look-up.

mod coding;
mod embedded;
mod file;

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;

use coding::Coding;

pub(crate) use file::{CONTENT_SECURITY_POLICY, File};

/// The page that holds the admin key: nobody's frame is a place for it.
const OPERATOR: &str = "operator.html";

/// All files that can be asked for, by their path in the build: `assets/base.js`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages(Arc<HashMap<String, File>>);

impl Pages {
    /// The pages that this program was built with; none, when it was built without. Pages
    /// of the origins `framed_by` may show them in a frame, but for the operator's.
    pub(crate) fn embedded(framed_by: Option<&str>) -> Self {
        Self::new(embedded::files(), framed_by)
    }

    /// The pages of a build. A file beside another, with the ending of a coding, is
    /// what is sent of that one to those who accept it, and is no file of its own.
    fn new(built: impl Iterator<Item = (String, Bytes)>, framed_by: Option<&str>) -> Self {
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
                let file = match framed_by.filter(|_| path != OPERATOR) {
                    Some(origins) => file.framed_by(origins),
                    None => file,
                };
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
    use axum::http::{HeaderMap, header};

    use super::*;

    #[test]
    fn what_is_compressed_is_no_file_of_its_own() {
        let built = ["index.html", "index.html.br", "index.html.gz", "icon.svg"];
        let built = built.map(|path| (path.to_owned(), Bytes::from_static(path.as_bytes())));
        let pages = Pages::new(built.into_iter(), None);
        assert!(pages.get("index.html").is_some() && pages.get("icon.svg").is_some());
        assert!(pages.get("index.html.br").is_none() && pages.get("index.html.gz").is_none());
    }

    #[test]
    fn chosen_origins_may_frame_all_pages_but_the_operator_s() {
        let policy = |page: &str, framed_by| {
            let built = [(page.to_owned(), Bytes::from_static(b"page"))];
            let pages = Pages::new(built.into_iter(), framed_by);
            let answer = pages.get(page).expect("a page").answer(&HeaderMap::new());
            let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str();
            policy.expect("plain text").to_owned()
        };
        let chosen = Some("https://example.com https://example.org");
        let framed = policy("index.html", chosen);
        assert!(framed.ends_with("; frame-ancestors https://example.com https://example.org"));
        assert!(framed.starts_with("default-src 'none'; script-src 'self'; "));
        assert_eq!(policy("operator.html", chosen), CONTENT_SECURITY_POLICY);
        assert_eq!(policy("index.html", None), CONTENT_SECURITY_POLICY);
    }

    #[test]
    fn a_build_without_pages_has_none() {
        assert!(Pages::new(std::iter::empty(), None).are_missing());
    }
}
