//! Ids, keys and partitions.

use std::num::NonZeroU16;

use domain::{
    ids::{BookingId, HoldId, IdempotencyKey, ResourceId, SessionId},
    partition::Partition,
};

use crate::harness::*;

fn key(text: &str) -> IdempotencyKey {
    text.parse().unwrap()
}

#[test]
fn a_resource_id_is_short_plain_and_lower_case() {
    let longest = "a".repeat(64);
    for text in ["a", "0", "studio-a", "room_1.2", "9-", &longest] {
        let id: ResourceId = text.parse().unwrap();
        assert_eq!(id.as_str(), text);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("{text:?}"));
    }
    let too_long = "a".repeat(65);
    let illegal = [
        "",
        "-a",
        ".a",
        "_a",
        "A",
        "studio a",
        "studio/a",
        "studio%2Fa",
        "é",
        "a\0",
        "a\n",
        &too_long,
    ];
    for text in illegal {
        assert!(text.parse::<ResourceId>().is_err(), "{text:?}");
        let quoted = serde_json::to_string(text).unwrap();
        assert!(
            serde_json::from_str::<ResourceId>(&quoted).is_err(),
            "{text:?}"
        );
    }
}

#[test]
fn ids_have_one_written_form() {
    let text = "8e03978e-40d5-43dd-bc93-6894a57f9324";
    assert_eq!(text.parse::<SessionId>().unwrap().to_string(), text);
    assert_eq!(text.parse::<HoldId>().unwrap().to_string(), text);
    let other_forms = [
        "8e03978e40d543ddbc936894a57f9324",
        "{8e03978e-40d5-43dd-bc93-6894a57f9324}",
        "urn:uuid:8e03978e-40d5-43dd-bc93-6894a57f9324",
        "8e03978e-40d5-43dd-bc93-6894a57f932",
        "8e03978e-40d5-43dd-bc93-6894a57f932g",
        "",
    ];
    for form in other_forms {
        assert!(form.parse::<SessionId>().is_err(), "{form}");
        let quoted = format!("{form:?}");
        assert!(serde_json::from_str::<HoldId>(&quoted).is_err(), "{form}");
    }
}

#[test]
fn what_is_no_id_is_refused_in_words() {
    let refusal = |json: &str| {
        serde_json::from_str::<HoldId>(json)
            .unwrap_err()
            .to_string()
    };
    assert!(
        refusal("5").starts_with("invalid type: integer `5`, expected an id in the form of a UUID")
    );
    assert!(
        refusal(r#""x""#).starts_with("not an id of the form 00000000-0000-0000-0000-000000000000")
    );
    let version_4 = r#""8e03978e-40d5-43dd-bc93-6894a57f9324""#;
    let refused = serde_json::from_str::<BookingId>(version_4)
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("not a booking id: booking ids are UUIDs of version 8"),
        "{refused}"
    );
}

#[test]
fn a_booking_id_carries_its_partition() {
    for number in [0, 1, 7, 1023, u16::MAX] {
        let partition = Partition::new(number);
        for bits in [[0; 16], [0xff; 16]] {
            let id = BookingId::from_bits(partition, bits);
            assert_eq!(id.partition(), partition);
            assert_eq!(id.to_string().parse::<BookingId>().unwrap(), id);
        }
        assert_eq!(
            BookingId::derive(partition, A, &studio_a(), &key("k")).partition(),
            partition
        );
    }
}

#[test]
fn session_resource_and_key_name_one_booking() {
    let derive = |session, resource: &str, text: &str| {
        BookingId::derive(
            Partition::new(1),
            session,
            &resource.parse().unwrap(),
            &key(text),
        )
    };
    let id = derive(A, "studio-a", "key-1");
    assert_eq!(derive(A, "studio-a", "key-1"), id);
    let others = [
        derive(B, "studio-a", "key-1"),
        derive(A, "studio-b", "key-1"),
        derive(A, "studio-a", "key-2"),
        derive(A, "studio-ak", "ey-1"),
        derive(A, "studio-", "akey-1"),
    ];
    assert!(!others.contains(&id));
    // Of all time: what was derived once must be found again.
    assert_eq!(id.to_string(), "00010d0d-01c7-859d-b9d9-ae79a2d33635");
}

#[test]
fn an_idempotency_key_is_visible_ascii() {
    let longest = "k".repeat(255);
    for text in ["k", "8e03978e-40d5-43dd-bc93-6894a57f9324", "!~", &longest] {
        assert_eq!(key(text).as_str(), text);
    }
    let too_long = "k".repeat(256);
    for text in ["", " ", "two words", "é", "tab\t", "line\n", &too_long] {
        assert!(text.parse::<IdempotencyKey>().is_err(), "{text:?}");
    }
}

#[test]
fn a_resource_stays_in_its_partition() {
    let of = |id: &str, count| Partition::of(&id.parse().unwrap(), NonZeroU16::new(count).unwrap());
    // Of all time: its history lies there.
    assert_eq!(of("studio-a", 8), Partition::new(1));
    assert_eq!(of("studio-b", 8), Partition::new(6));
    assert_eq!(of("studio-a", 1), Partition::new(0));
    for number in 0..200 {
        assert!(of(&format!("room-{number}"), 8).get() < 8);
    }
}

#[test]
fn resources_spread_over_all_partitions() {
    let count = NonZeroU16::new(8).unwrap();
    let mut sizes = [0; 8];
    for number in 0..800 {
        let id: ResourceId = format!("room-{number}").parse().unwrap();
        sizes[usize::from(Partition::of(&id, count).get())] += 1;
    }
    assert!(
        sizes.iter().all(|size| (60..140).contains(size)),
        "{sizes:?}"
    );
}
