//! The files of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that hold what is made, not what is written.
const MADE: [&str; 4] = ["target", "data", "node_modules", "dist"];

/// A text file of the repository.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the repository's root.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files with one of these extensions; "" is for none.
pub(crate) fn sources(extensions: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root(), &mut paths);
    paths
        .into_iter()
        .filter(|path| {
            let extension = path.extension().unwrap_or_default();
            extensions.iter().any(|wanted| extension == *wanted)
        })
        .filter_map(|path| {
            Some(Source {
                text: fs::read_to_string(&path).ok()?,
                path: path.strip_prefix(root()).ok()?.to_str()?.to_owned(),
            })
        })
        .collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let name = name.to_str().unwrap_or_default();
        let hidden = name.starts_with('.') && name != ".ci";
        if entry.file_type().unwrap().is_file() && !hidden {
            paths.push(entry.path());
        } else if entry.file_type().unwrap().is_dir() && !hidden && !MADE.contains(&name) {
            walk(&entry.path(), paths);
        }
    }
}
