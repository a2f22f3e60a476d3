//! A file system that is soon full.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tokio::time::Instant;

use crate::{node::DEADLINE, stage::pause};

/// How often it is tried to take one away that is in use.
const AGAIN: Duration = Duration::from_millis(200);

/// Room for a database and what a run writes, in megabytes.
const MEGABYTES: u32 = 192;

/// Mounted on a folder. Goes with the mounts of its process, if not before.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts one on an empty folder.
    pub(crate) fn mount(folder: &Path) -> Self {
        let mut mount = Command::new("mount");
        let mount = mount
            .args(["-t", "tmpfs", "-o"])
            .arg(format!("size={MEGABYTES}m,mode=755"))
            .arg("slotkeeper")
            .arg(folder);
        assert!(mount.status().unwrap().success());
        Self {
            folder: folder.to_owned(),
        }
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }

    /// Takes all the room that there is.
    pub(crate) fn fill(&self) {
        let mut options = File::options();
        let filler = options.create(true).append(true).open(self.filler());
        let mut filler = filler.unwrap();
        // The last blocks one by one.
        for size in [1 << 20, 4 << 10] {
            let zeros = vec![0; size];
            loop {
                match filler.write(&zeros) {
                    Ok(1..) => {}
                    Ok(0) => break,
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    /// Gives it back.
    pub(crate) fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    /// Takes it away, as soon as nobody uses it any more, which a server that was told
    /// to stop may yet; what lies on it goes, unless it is to be kept in the folder.
    pub(crate) async fn unmount(self, keep: bool) {
        let kept = self.folder.with_extension("kept");
        let folder = self.folder.as_path();
        if keep {
            run(Command::new("cp").arg("-a").arg(folder).arg(&kept));
        }
        let deadline = Instant::now() + DEADLINE;
        while !Command::new("umount")
            .arg(folder)
            .status()
            .unwrap()
            .success()
        {
            assert!(Instant::now() < deadline, "{} is in use", folder.display());
            pause(AGAIN).await;
        }
        if keep {
            fs::remove_dir(folder).unwrap();
            fs::rename(&kept, folder).unwrap();
        }
    }
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
