use domain::{calendar::Timestamp, partition::Partition, stream::StreamId};
use sha2::{Digest, Sha256};

use crate::Position;

/// The encoding's name: begins every hashed message.
const DOMAIN: &[u8] = b"slotkeeper/event/1";

/// What the hash of an event's row covers.
///
/// The hash is SHA-256 of, in this order:
///
/// | field | encoding |
/// |---|---|
/// | `slotkeeper/event/1` | text |
/// | partition | number |
/// | position | number |
/// | aggregate type | text |
/// | aggregate id | text |
/// | sequence | number |
/// | event type | text |
/// | event version | text |
/// | payload, as stored | text |
/// | metadata, as stored | text |
/// | `recorded_at`, milliseconds since 1970 | number |
///
/// A number is 8 bytes, big-endian. A text is its length in bytes as a number,
/// then its bytes in UTF-8. So no two rows have one encoding. The typed columns
/// are not covered: they repeat what the payload says. A renewal whose payload
/// retention has emptied keeps the hash of what it was.
#[derive(Debug, Clone, Copy)]
pub struct HashedRow<'a> {
    /// The partition it is in.
    pub partition: Partition,
    /// Its place there.
    pub position: Position,
    /// The stream it is in.
    pub stream: &'a StreamId,
    /// Its place there.
    pub sequence: u64,
    /// Its type, as stored.
    pub event_type: &'a str,
    /// Its version, as stored.
    pub event_version: &'a str,
    /// Its payload, as stored.
    pub payload: &'a str,
    /// Its metadata, as stored.
    pub metadata: &'a str,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

impl HashedRow<'_> {
    /// The hash.
    pub fn hash(&self) -> [u8; 32] {
        self.hash_with_id(&self.stream.aggregate_id())
    }

    /// The hash, for who has the aggregate's id as text already.
    pub(crate) fn hash_with_id(&self, aggregate_id: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        text(&mut hash, DOMAIN);
        number(&mut hash, self.partition.get().into());
        number(&mut hash, self.position.get());
        text(&mut hash, self.stream.aggregate_type().as_bytes());
        text(&mut hash, aggregate_id.as_bytes());
        number(&mut hash, self.sequence);
        text(&mut hash, self.event_type.as_bytes());
        text(&mut hash, self.event_version.as_bytes());
        text(&mut hash, self.payload.as_bytes());
        text(&mut hash, self.metadata.as_bytes());
        number(&mut hash, self.recorded_at.ms().unsigned_abs());
        hash.finalize().into()
    }
}

fn number(hash: &mut Sha256, number: u64) {
    hash.update(number.to_be_bytes());
}

fn text(hash: &mut Sha256, text: &[u8]) {
    number(hash, text.len() as u64);
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use sha2::digest;

    use super::*;

    const PAYLOAD: &str =
        r#"{"SlotsBooked":{"bookingId":"00000000-0000-8000-8000-000000000001","slots":"56-59"}}"#;

    fn row(stream: &StreamId) -> HashedRow<'_> {
        HashedRow {
            partition: Partition::new(3),
            position: Position::new(42),
            stream,
            sequence: 7,
            event_type: "SlotsBooked",
            event_version: "1.0",
            payload: PAYLOAD,
            metadata: r#"{"actor":"system","causation":"Test"}"#,
            recorded_at: Timestamp::from_ms(1_795_428_583_430).expect("a time"),
        }
    }

    fn stream() -> StreamId {
        StreamId::parse("ResourceDay", "studio-a/2026-11-24").expect("a stream")
    }

    /// The value comes from another implementation of the table above: stored
    /// hashes must be checkable for ever.
    #[test]
    fn the_encoding_is_fixed() {
        let hash = row(&stream()).hash();
        assert_eq!(
            format!("{:x}", digest::Output::<Sha256>::from(hash)),
            "3852e037e2d3b9e79a19d11e41c80db5b560fb12104d0b1f64651c21c44ffe6c"
        );
    }

    #[test]
    fn every_field_counts() {
        let (stream, other) = (
            stream(),
            StreamId::parse("Resource", "studio-a").expect("a stream"),
        );
        let row = row(&stream);
        let changed = [
            HashedRow {
                partition: Partition::new(4),
                ..row
            },
            HashedRow {
                position: Position::new(43),
                ..row
            },
            HashedRow {
                stream: &other,
                ..row
            },
            HashedRow { sequence: 8, ..row },
            HashedRow {
                event_type: "SlotsFreed",
                ..row
            },
            HashedRow {
                event_version: "1.1",
                ..row
            },
            HashedRow {
                payload: "{}",
                ..row
            },
            HashedRow {
                metadata: "{}",
                ..row
            },
            HashedRow {
                recorded_at: row.recorded_at.plus_ms(1),
                ..row
            },
            // The same bytes, parted elsewhere.
            HashedRow {
                event_type: "SlotsBooked1",
                event_version: ".0",
                ..row
            },
        ];
        for (nth, changed) in changed.iter().enumerate() {
            assert_ne!(changed.hash(), row.hash(), "{nth}");
        }
    }
}
