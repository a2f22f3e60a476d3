//! Faults of many kinds, planted one by one into copies of an honest database: each is
//! told by one line, which names it.

mod ledger;
mod plants;

use std::process::Command;

use futures::{StreamExt, stream};

use ledger::Ledger;
use plants::Plant;

/// Copies that are verified side by side.
const AT_ONCE: usize = 3;

#[tokio::test]
async fn an_honest_ledger_is_met_with_silence() {
    let ledger = Ledger::new().await;
    let copy = ledger.copy().await;
    let (code, said) = verify(&copy.url(), &["--seal", &ledger.seal()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("note: the indexes were not compared"),
        "{said}"
    );
    let (code, said) = verify(
        &copy.url(),
        &["--amcheck", "--master-key-file", &ledger.master_key_file()],
    );
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("note:"), "{said}");
    // A key in the environment, which is another's, does not count beside the file.
    let output = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["verify", "--database-url", &copy.url()])
        .args(["--master-key-file", &ledger.master_key_file()])
        .env("SLOTKEEPER_MASTER_KEY", "08".repeat(32))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_more_than_sixty_faults_is_told_by_one_line() {
    let ledger = Ledger::new().await;
    assert!(plants::all().count() >= 60);
    let tried: Vec<Option<String>> = stream::iter(plants::all())
        .map(|plant| try_plant(&ledger, plant))
        .buffered(AT_ONCE)
        .collect()
        .await;
    let wrong: Vec<String> = tried.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Plants a fault, verifies, and says what was told otherwise than by its line.
async fn try_plant(ledger: &Ledger, plant: &Plant) -> Option<String> {
    let copy = ledger.copy().await;
    if let Err(error) = ledger.plant(&copy, plant).await {
        return Some(format!("{}: {error}", plant.name));
    }
    let mut arguments: Vec<String> = plant.arguments.iter().map(ToString::to_string).collect();
    if plant.by_seal {
        arguments.extend(["--seal".to_owned(), ledger.seal()]);
    } else {
        arguments.extend(["--master-key-file".to_owned(), ledger.master_key_file()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let url = copy.url();
    let (code, said) = tokio::task::block_in_place(|| verify(&url, &arguments));
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("(broken: "))
        .collect();
    let told = |line: &&str| {
        plant
            .told
            .iter()
            .all(|words| line.contains(&ledger.fill(words)))
    };
    let right = code == Some(3) && lines.len() == 1 && lines.first().is_some_and(told);
    let name = plant.name;
    (!right).then(|| format!("{name}: wanted {:?}, code {code:?}:\n{said}", plant.told))
}

/// Verifies; gives the exit code, and what was said.
fn verify(url: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
        .args(["verify", "--database-url", url])
        .args(arguments)
        .output()
        .unwrap();
    let mut said = String::from_utf8(output.stdout).unwrap();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.code(), said)
}
