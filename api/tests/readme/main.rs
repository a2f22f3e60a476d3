//! The README's commands, word for word, against the real server.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;

const README: &str = include_str!("../../../README.md");

/// The server's ready line, up to its address.
const READY: &str = "Slotkeeper is ready at ";

/// A server with a private PostgreSQL, which ends with it.
struct Server {
    child: Child,
    address: String,
    _data: TempDir,
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        let data = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_slotkeeper"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .env_remove("DATABASE_URL")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with(READY) {
            line.clear();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "never ready");
        }
        Self {
            child,
            address: line[READY.len()..].trim().to_owned(),
            _data: data,
            _stdout: stdout,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap();
    }
}

/// The README's `sh` blocks, in order.
fn blocks() -> Vec<&'static str> {
    let fenced = README.split("\n```sh\n").skip(1);
    fenced
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_readme_s_commands_hold_watch_and_book() {
    let server = Server::start();
    let blocks = blocks();
    assert_eq!(blocks.len(), 4, "visitor, watch, hold, book");
    // What a reader sees before the next command: the watcher's lines are waited
    // for, and the others are printed apart from them.
    let watch = blocks[1].trim_end().trim_end_matches('&');
    let script = format!(
        "{visitor}\nexec 3< <({watch})\n{until}\nuntil_seen '\"holds\":[]'\n{hold}\necho\nuntil_seen '\"holds\":[{{'\n{book}\necho\nuntil_seen '\"busySlots\":[52,53,54,55]'\nkill $!\n",
        visitor = blocks[0],
        hold = blocks[2],
        book = blocks[3],
        until = "until_seen() { while IFS= read -r -t 60 -u 3 line; do case \"$line\" in *\"$1\"*) return;; esac; done; echo \"never saw $1\"; exit 1; }",
    )
    .replace("http://127.0.0.1:8080", &server.address);
    let run = Command::new("bash")
        .args(["-euc", &script])
        .output()
        .unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{errors}");
    let answers: Vec<serde_json::Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(answers[0]["holdId"].is_string(), "{said}");
    assert_eq!(answers[1]["status"], "confirmed", "{said}");
    assert_eq!(answers.len(), 2);
}
