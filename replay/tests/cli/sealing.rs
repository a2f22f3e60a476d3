//! The chain and seals: what shows that a row was changed, dropped or inserted
//! though every hash in the database was made anew.

use std::path::PathBuf;

use domain::partition::Partition;
use eventlog::{
    Duty, HashVersion, HashedRow, LeaseSettings, Leases, Position, Tip, TypedColumns,
    chain::{self, ChainPoint},
};
use sqlx::{FromRow, Row, types::Uuid};
use tokio_util::sync::CancellationToken;

use crate::{
    harness::{Past, Said},
    support::{B, book, found, soon, span},
};

const RESOURCE: &str = "Resource studio-a";

/// A history, and the seal of it.
struct Sealed {
    past: Past,
    folder: tempfile::TempDir,
}

impl Sealed {
    async fn new() -> Self {
        let past = Past::new().await;
        let folder = tempfile::tempdir().unwrap();
        let sealed = Self { past, folder };
        sealed.seal("seal.json");
        sealed
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn seal(&self, name: &str) {
        let file = self.file(name);
        let said = self.past.replay(&["seal", "--out", file.to_str().unwrap()]);
        assert_eq!(said.code, Some(0), "{said:#?}");
    }

    /// Verifies without a seal.
    fn verify(&self) -> Said {
        self.past.replay(&["verify"])
    }

    /// Seals as on a standby, where the chain can't be brought up to the log's end.
    fn seal_where_nothing_is_written(&self, name: &str) {
        let file = self.file(name);
        let url = self.past.database.url();
        let sealed = std::process::Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"))
            .args(["seal", "--out", file.to_str().unwrap(), "--database-url"])
            .arg(format!("{url}&options[default_transaction_read_only]=on"))
            .output()
            .unwrap();
        assert!(sealed.status.success(), "{sealed:?}");
    }

    fn verify_since(&self, name: &str) -> Said {
        let file = self.file(name);
        self.past
            .replay(&["verify", "--since", file.to_str().unwrap()])
    }

    fn verify_by(&self, name: &str) -> Said {
        let file = self.file(name);
        self.past
            .replay(&["verify", "--seal", file.to_str().unwrap()])
    }

    /// Makes the hash of every row anew, as whoever may write to the database and
    /// knows our code can.
    async fn rehash(&self) {
        let rows = sqlx::query(
            "select position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                payload::text, metadata::text, recorded_at, tip, resource_id,
                day, mask, booking_id, hold_id, session_id, span_start, span_slots,
                lease_expires_at
             from events order by position",
        );
        for row in rows.fetch_all(self.past.database.pool()).await.unwrap() {
            let position: i64 = row.get(0);
            let sequence: i64 = row.get(3);
            let hashed = HashedRow {
                partition: Partition::new(0),
                position: Position::new(position.unsigned_abs()),
                aggregate_type: row.get(1),
                aggregate_id: row.get(2),
                sequence: sequence.unsigned_abs(),
                event_type: row.get(4),
                event_version: row.get(5),
                payload: row.get(6),
                payload_hash: None,
                metadata: row.get(7),
                recorded_at: row.get(8),
                tip: row.get::<Option<i64>, _>(9).map(Tip),
                resource_id: row.get(10),
                columns: TypedColumns::from_row(&row).unwrap(),
            };
            let hash = hashed.hash(HashVersion::LATEST).unwrap();
            sqlx::query("update events set hash = $1 where position = $2")
                .bind(hash.as_slice())
                .bind(position)
                .execute(self.past.database.pool())
                .await
                .unwrap();
        }
    }

    /// Makes the chain anew, too.
    async fn rechain(&self) {
        self.past.sql("delete from chain").await;
        self.seal("forged.json");
    }
}

const EDIT: &str = "update events
    set payload = replace(payload::text, 'Studio A', 'Studio B')::json where position = 1;
    update resources set settings = replace(settings::text, 'Studio A', 'Studio B')::json
    where resource_id = 'studio-a'";

#[tokio::test]
async fn an_honest_log_is_what_was_sealed() {
    let sealed = Sealed::new().await;
    let said = sealed.verify_by("seal.json");
    assert_eq!(said.code, Some(0), "{said:#?}");
    sealed.seal("again.json");
    let read = |name| std::fs::read_to_string(sealed.file(name)).unwrap();
    let points = |text: &str| {
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        document["partitions"].clone()
    };
    assert_eq!(points(&read("seal.json")), points(&read("again.json")));
}

#[tokio::test]
async fn a_row_that_was_changed_with_its_hash_is_found_and_named() {
    let sealed = Sealed::new().await;
    sealed.past.sql(EDIT).await;
    sealed.rehash().await;
    let said = sealed.verify();
    assert_eq!(said.code, Some(3), "{said:#?}");
    assert!(said.names("chain", RESOURCE, Some(1)), "{said:#?}");
    assert_eq!(said.documents[0]["faultCount"], 1, "{said:#?}");
}

#[tokio::test]
async fn a_row_that_was_changed_with_its_hash_and_the_chain_is_found_by_a_seal() {
    let sealed = Sealed::new().await;
    sealed.past.sql(EDIT).await;
    sealed.rehash().await;
    sealed.rechain().await;
    let said = sealed.verify();
    assert_eq!(
        said.code,
        Some(0),
        "nothing in the database tells: {said:#?}"
    );
    let said = sealed.verify_by("seal.json");
    assert_eq!(said.code, Some(3), "{said:#?}");
    let end = sealed.past.world.end().get();
    assert!(said.names("seal", "the seal", Some(end)), "{said:#?}");
}

#[tokio::test]
async fn a_row_that_was_dropped_with_all_traces_is_found_and_named() {
    let sealed = Sealed::new().await;
    // Everything after it moves down by one place, and so do the heads.
    let drop = "
        delete from events where position = 5;
        update events set position = position + 100000 where position > 5;
        update events set position = position - 100001 where position > 100000;
        update heads set position = position - 1";
    sealed.past.sql(drop).await;
    sealed.rehash().await;
    let said = sealed.verify();
    assert!(said.names("chain", "", Some(5)), "{said:#?}");
    assert!(!said.names("chain", "", Some(4)), "{said:#?}");
    sealed.rechain().await;
    let said = sealed.verify_by("seal.json");
    assert!(said.names("seal", "the seal", None), "{said:#?}");
}

#[tokio::test]
async fn a_row_that_was_inserted_is_found_and_named() {
    let sealed = Sealed::new().await;
    let insert = "
        update events set position = position + 100000 where position >= 5;
        update events set position = position - 99999 where position > 100000;
        insert into events
        select (jsonb_populate_record(events, '{\"position\": 5, \"sequence\": 1000}')).*
        from events where position = 6;
        update heads set position = position + 1";
    sealed.past.sql(insert).await;
    sealed.rehash().await;
    let said = sealed.verify();
    assert!(said.names("chain", "", Some(5)), "{said:#?}");
    assert!(!said.names("chain", "", Some(4)), "{said:#?}");
}

#[tokio::test]
async fn a_log_that_was_cut_off_is_found() {
    let sealed = Sealed::new().await;
    let cut = "
        delete from events where position = (select position from heads);
        update heads set position = head.position, tip = coalesce(head.tip, 0)
        from (select position, tip from events order by position desc limit 1) as head";
    sealed.past.sql(cut).await;
    let end = sealed.past.world.end().get();
    let said = sealed.verify();
    assert!(said.names("chain", "the chain", Some(end)), "{said:#?}");
    sealed.rechain().await;
    let said = sealed.verify_by("seal.json");
    assert!(said.names("seal", "the seal", Some(end)), "{said:#?}");
}

#[tokio::test]
async fn a_broken_chain_is_found() {
    let sealed = Sealed::new().await;
    let broken = "update chain set value = sha256(value)";
    sealed.past.sql(broken).await;
    let end = sealed.past.world.end().get();
    let said = sealed.verify();
    assert!(said.names("chain", "the chain", Some(end)), "{said:#?}");
}

#[tokio::test]
async fn a_broken_seal_is_found_and_one_of_another_log_is_refused() {
    let sealed = Sealed::new().await;
    let text = std::fs::read_to_string(sealed.file("seal.json")).unwrap();
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let value = ChainPoint::start(Partition::new(1)).value.to_string();
    document["partitions"][0]["points"][0]["value"] = value.into();
    std::fs::write(sealed.file("broken.json"), document.to_string()).unwrap();
    let said = sealed.verify_by("broken.json");
    assert_eq!(said.code, Some(3), "{said:#?}");
    assert!(said.names("seal", "the seal", None), "{said:#?}");

    document["logId"] = Uuid::nil().to_string().into();
    std::fs::write(sealed.file("other.json"), document.to_string()).unwrap();
    let file = sealed.file("other.json");
    let arguments = ["verify", "--seal", file.to_str().unwrap()];
    let said = sealed.past.fails(&arguments);
    assert!(said.contains("the seal is of log 00000000-"), "{said}");
}

/// A history with two seals within one block of its chain: an older one, and one of a
/// standby that was further than the chain.
async fn sealed_within_a_block() -> Sealed {
    let mut sealed = Sealed::new().await;
    let books = book(B, span("2026-11-26T10:00", 60), 9);
    sealed.past.world.does(books).await;
    sealed.seal_where_nothing_is_written("standby.json");
    let books = book(B, span("2026-11-26T12:00", 60), 10);
    sealed.past.world.does(books).await;
    sealed.past.write_views().await;
    sealed.rechain().await;
    sealed
}

const WITHIN: [&str; 2] = ["seal.json", "standby.json"];

#[tokio::test]
async fn an_honest_log_is_what_was_sealed_within_a_block_of_its_chain() {
    let sealed = sealed_within_a_block().await;
    for name in WITHIN {
        for said in [sealed.verify_by(name), sealed.verify_since(name)] {
            assert_eq!(said.code, Some(0), "{name}: {said:#?}");
        }
    }
    // What is new is compared with the rest of the block.
    let new = sealed.past.world.end().get();
    let forged = format!("update events set tip = tip + 1 where position = {new}");
    sealed.past.sql(&forged).await;
    sealed.past.sql("update heads set tip = tip + 1").await;
    sealed.rehash().await;
    for name in WITHIN {
        let said = sealed.verify_since(name);
        assert_eq!(said.code, Some(3), "{name}: {said:#?}");
        assert!(said.names("chain", "", Some(new)), "{name}: {said:#?}");
    }
}

#[tokio::test]
async fn a_seal_of_a_standby_is_none_of_a_fault_before_the_chain_has_come_to_it() {
    let mut sealed = Sealed::new().await;
    let books = book(B, span("2026-11-26T10:00", 60), 9);
    sealed.past.world.does(books).await;
    sealed.past.write_views().await;
    // The rows are of a time at which there was a chain already.
    let aged = "update _sqlx_migrations set installed_on = installed_on - interval '30 days'";
    sealed.past.sql(aged).await;
    sealed.seal_where_nothing_is_written("standby.json");
    for said in [
        sealed.verify_by("standby.json"),
        sealed.verify_since("standby.json"),
    ] {
        assert_eq!(said.code, Some(0), "{said:#?}");
    }
}

#[tokio::test]
async fn a_row_that_was_changed_before_a_seal_within_a_block_is_found_since_it() {
    let sealed = sealed_within_a_block().await;
    sealed.past.sql(EDIT).await;
    sealed.rehash().await;
    std::fs::remove_file(sealed.file("forged.json")).unwrap();
    sealed.rechain().await;
    for name in WITHIN {
        let said = sealed.verify_since(name);
        assert_eq!(said.code, Some(3), "{name}: {said:#?}");
    }
}

#[tokio::test]
async fn a_log_whose_id_was_changed_is_known_by_a_seal_within_a_block() {
    let sealed = sealed_within_a_block().await;
    sealed
        .past
        .sql("update log set id = gen_random_uuid()")
        .await;
    for name in WITHIN {
        let said = sealed.verify_by(name);
        assert_eq!(said.code, Some(3), "{name}: {said:#?}");
        assert!(said.names("log", "table log", None), "{name}: {said:#?}");
    }
}

#[tokio::test]
async fn a_seal_is_never_written_over_another() {
    let sealed = Sealed::new().await;
    let file = sealed.file("seal.json");
    let said = sealed
        .past
        .fails(&["seal", "--out", file.to_str().unwrap()]);
    assert!(said.contains("exists"), "{said}");
}

#[tokio::test]
async fn the_node_with_the_duty_keeps_the_chain_behind_the_log() {
    let past = Past::new().await;
    let stop = CancellationToken::new();
    let log = past.node.log.clone();
    let leases = Leases::start(
        &log,
        Uuid::from_u128(7),
        LeaseSettings::default(),
        stop.clone(),
    );
    soon(leases.acquired(Duty::Chain, Partition::new(0))).await;
    let keeping = tokio::spawn(chain::keep(log.clone(), leases, stop.clone()));
    let mut connection = past.database.pool().acquire().await.unwrap();
    let end = past.world.end();
    found(async || {
        let last = chain::last_point(&mut connection, Partition::new(0)).await;
        (last.unwrap().position == end).then_some(())
    })
    .await;
    stop.cancel();
    soon(keeping).await.unwrap();
    let said = past.replay(&["verify"]);
    assert_eq!(said.code, Some(0), "{said:#?}");
}
