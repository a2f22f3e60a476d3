//! The row of the log, the heads, and partitions that are not.

use super::Plant;

pub(super) const PLANTS: &[Plant] = &[
    Plant {
        name: "a head that is gone",
        sql: "delete from heads where partition = {p}",
        told: &["it has no head"],
        ..Plant::NONE
    },
    Plant {
        name: "a head's tip",
        sql: "update heads set tip = tip + 1 where partition = {p}",
        told: &["the head has not the last event's tip"],
        ..Plant::NONE
    },
    Plant {
        name: "a head's time",
        sql: "update heads set last_at = last_at + interval '1 day' where partition = {p}",
        told: &["the head has not the last event's time"],
        ..Plant::NONE
    },
    Plant {
        name: "a head that was set back",
        sql: "update heads set position = position - 1 where partition = {p}",
        told: &["the head is at"],
        ..Plant::NONE
    },
    Plant {
        name: "a number of partitions that is another",
        sql: "update log set partitions = 8",
        told: &["its row says 8 partitions", "update log set partitions = 4"],
        ..Plant::NONE
    },
    Plant {
        name: "a number of partitions that is smaller",
        sql: "update log set partitions = 2",
        told: &["its row says 2 partitions"],
        ..Plant::NONE
    },
    Plant {
        name: "a row of the log that is gone",
        sql: "delete from log",
        told: &["its row is missing, beside 4 heads"],
        ..Plant::NONE
    },
    Plant {
        name: "the id of the log",
        sql: r"update log set id = '{new}', master_key_check = '\x00'",
        told: &["do not belong together by this master key"],
        ..Plant::NONE
    },
    Plant {
        name: "the id of the log, by a seal",
        sql: "update log set id = '{new}'",
        told: &["the rows are those of log"],
        by_seal: true,
        ..Plant::NONE
    },
    Plant {
        name: "the check of the master key",
        sql: "update log set master_key_check = sha256(master_key_check)",
        told: &["do not belong together by this master key"],
        ..Plant::NONE
    },
    Plant {
        name: "an event of a partition that is not",
        sql: r#"insert into events select (jsonb_populate_record(row, '{"partition": 9}')).* from planting.row({p}, 1) as row"#,
        told: &["partition 9", "in events (1)"],
        ..Plant::NONE
    },
    Plant {
        name: "a head of a partition that is not",
        sql: "insert into heads (partition) values (9)",
        told: &["in heads (1)"],
        ..Plant::NONE
    },
    Plant {
        name: "a day of a partition that is not",
        sql: "update daily_availability set partition = 99 where false;
            insert into daily_availability select 99, resource_id, date, busy, position from daily_availability limit 1",
        told: &["in daily_availability (1)"],
        ..Plant::NONE
    },
    Plant {
        name: "a hold's row of a partition that is not",
        sql: r#"insert into presence select (jsonb_populate_record(row, '{"partition": 9}')).* from presence as row limit 1"#,
        told: &["in presence (1)"],
        ..Plant::NONE
    },
    Plant {
        name: "a checkpoint of a partition that is not",
        sql: "insert into checkpoints (partition, view) values (9, 'bookings')",
        told: &["in checkpoints (1)"],
        ..Plant::NONE
    },
    Plant {
        name: "a block of the chain of a partition that is not",
        sql: "insert into chain select 9, after, position, value, hashes from chain limit 1",
        told: &["in chain (1)"],
        ..Plant::NONE
    },
    Plant {
        name: "a key of a partition that is not",
        sql: "insert into booking_keys select 9, booking_id, wrapped_key from booking_keys limit 1",
        told: &["in booking_keys (1)"],
        ..Plant::NONE
    },
    Plant {
        name: "a row of retention of a partition that is not",
        sql: "insert into retention values (-1, 1)",
        told: &["in retention (1)"],
        ..Plant::NONE
    },
];
