//! Whom the server runs as.

use std::fs;

use super::error::{OnFile, PrivatePostgresError};

/// The users that root runs the server as, the first that exists.
const INSTEAD_OF_ROOT: [&str; 2] = ["postgres", "nobody"];

/// The user that the server runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    /// User id.
    pub(super) uid: u32,
    /// Group id.
    pub(super) gid: u32,
    /// Whether this is somebody else than the user of this process.
    pub(super) other: bool,
}

impl Account {
    /// This process's own user, or an unprivileged one when that is root:
    /// `initdb` and `postgres` refuse to run as root.
    pub(super) fn unprivileged() -> Result<Self, PrivatePostgresError> {
        let uid = rustix::process::geteuid();
        if !uid.is_root() {
            return Ok(Self {
                uid: uid.as_raw(),
                gid: rustix::process::getegid().as_raw(),
                other: false,
            });
        }
        let path = std::path::Path::new("/etc/passwd");
        let users = fs::read_to_string(path).on("reading", path)?;
        INSTEAD_OF_ROOT
            .iter()
            .find_map(|name| find(&users, name))
            .ok_or(PrivatePostgresError::NoAccount)
    }
}

fn find(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account {
            uid,
            gid,
            other: true,
        })
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgresql:x:7:7::/:\npostgres:x:101:104::/:\n";
        let account = find(users, "postgres").unwrap();
        assert_eq!((account.uid, account.gid), (101, 104));
        assert_eq!(find(users, "nobody"), None);
    }
}
