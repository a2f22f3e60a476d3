//! A file system that is soon full.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
};

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

    /// Takes it away; what lies on it goes, unless it is to be kept in the folder.
    pub(crate) fn unmount(self, keep: bool) {
        let kept = self.folder.with_extension("kept");
        let folder = self.folder.as_path();
        if keep {
            run(Command::new("cp").arg("-a").arg(folder).arg(&kept));
        }
        run(Command::new("umount").arg(folder));
        if keep {
            fs::remove_dir(folder).unwrap();
            fs::rename(&kept, folder).unwrap();
        }
    }
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
