//! Keys of the data folder: made once, read ever after.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use zeroize::Zeroizing;

use crate::{hex, random};

use super::{KeyringError, Secret};

/// The key that `setting` gives, or the one in the file; none when there is neither.
/// Makes nothing.
pub(super) fn find(
    setting: &'static str,
    given: Option<&Secret>,
    path: &Path,
) -> Result<Option<[u8; 32]>, KeyringError> {
    if let Some(given) = given {
        let key = parse(given.expose()).ok_or(KeyringError::Malformed {
            setting,
            right: "32 bytes in hexadecimal or base64; leave it out to have one made and kept in the data folder",
        });
        return key.map(Some);
    }
    match fs::metadata(path) {
        Ok(found) => warn_if_readable(path, &found),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed("looking at", path)(source)),
    }
    read(path).map(Some)
}

/// Makes the file with a fresh key, and gives the key that it has.
///
/// The file appears at once and whole, readable by its owner alone; of several
/// processes that make it at the same time one wins, and all read its key.
pub(super) fn make(path: &Path) -> Result<[u8; 32], KeyringError> {
    write_fresh(path)?;
    read(path)
}

fn read(path: &Path) -> Result<[u8; 32], KeyringError> {
    let text = fs::read_to_string(path).map_err(failed("reading", path))?;
    let text = Zeroizing::new(text);
    parse(text.trim()).ok_or_else(|| KeyringError::Spoilt { path: path.into() })
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> KeyringError {
    let path = path.to_owned();
    move |source| KeyringError::File {
        doing,
        path,
        source,
    }
}

fn warn_if_readable(path: &Path, found: &fs::Metadata) {
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        tracing::warn!(
            path = %path.display(),
            mode = format!("{mode:o}"),
            "a key's file can be read by others: its mode should be 600",
        );
    }
}

fn write_fresh(path: &Path) -> Result<(), KeyringError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed("creating", folder))?;
    }
    let key = Zeroizing::new(random::bytes::<32>());
    let text = Zeroizing::new(hex::encode(key.as_slice()));
    let draft = path.with_extension(format!("new-{}", random::uuid()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .map_err(failed("creating", &draft))?;
    let written = writeln!(file, "{}", text.as_str())
        .and_then(|()| file.sync_all())
        // A link and not a rename: it fails when the file is there by now.
        .and_then(|()| fs::hard_link(&draft, path))
        // What a crash takes back of the folder, it takes back of the key.
        .and_then(|()| path.parent().map_or(Ok(()), sync_folder));
    fs::remove_file(&draft).map_err(failed("removing", &draft))?;
    match written {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        written => written.map_err(failed("making", path)),
    }
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

fn parse(text: &str) -> Option<[u8; 32]> {
    let alphabets = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD];
    hex::decode(text).or_else(|| {
        let mut alphabets = alphabets.iter();
        alphabets.find_map(|alphabet| alphabet.decode(text).ok()?.try_into().ok())
    })
}

#[cfg(test)]
mod tests {
    use std::thread::ScopedJoinHandle;

    use super::*;

    fn load(
        setting: &'static str,
        given: Option<&Secret>,
        path: &Path,
    ) -> Result<[u8; 32], KeyringError> {
        find(setting, given, path)?.map_or_else(|| make(path), Ok)
    }

    #[test]
    fn to_look_for_a_key_makes_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep").join("key");
        assert_eq!(find("KEY", None, &path).expect("no key"), None);
        assert!(!folder.path().join("deep").exists());
    }

    #[test]
    fn a_key_is_made_once_and_belongs_to_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep").join("key");
        let first = load("KEY", None, &path).expect("a key");
        let again = load("KEY", None, &path).expect("the key");
        assert_eq!(first, again);
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let left = fs::read_dir(path.parent().expect("a folder")).expect("files");
        assert_eq!(left.count(), 1, "no draft is left behind");
    }

    #[test]
    fn makers_at_the_same_time_end_up_with_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let make = || scope.spawn(|| load("KEY", None, &path).expect("a key"));
            let makers: Vec<_> = (0..8).map(|_| make()).collect();
            let joined = makers.into_iter().map(ScopedJoinHandle::join);
            joined.map(|key| key.expect("no panic")).collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_given_key_is_hexadecimal_or_base64_and_a_wrong_one_is_not_quoted() {
        let path = Path::new("/nonexistent/key");
        let key = [7_u8; 32];
        let hex = hex::encode(&key);
        for text in [hex, STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key)] {
            let given: Secret = text.parse().expect("any text");
            assert_eq!(load("KEY", Some(&given), path).expect("a key"), key);
        }
        let given: Secret = "hunter2".parse().expect("any text");
        let error = load("KEY", Some(&given), path).expect_err("too short");
        assert!(error.to_string().starts_with("KEY is not 32 bytes"));
        assert!(!format!("{error} {error:?} {given:?}").contains("hunter2"));
    }

    #[test]
    fn a_spoilt_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        fs::write(&path, "not a key").expect("written");
        let error = load("KEY", None, &path).expect_err("spoilt");
        assert!(matches!(error, KeyringError::Spoilt { .. }));
        assert_eq!(fs::read_to_string(&path).expect("a file"), "not a key");
    }
}
