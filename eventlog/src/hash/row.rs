use chrono::{DateTime, Utc};
use domain::partition::Partition;

use super::{
    HashVersion, RowFault,
    encode::{Message, payload_hash},
    renewal,
};
use crate::{Position, Tip, TypedColumns};

/// A row of `events`, as far as its hash covers it: all but `hash` itself and
/// `hash_version`.
///
/// Of the second version, the hash is SHA-256 of, in this order:
///
/// | field | encoding |
/// |---|---|
/// | `slotkeeper/event/2` | text |
/// | partition | number |
/// | position | number |
/// | aggregate type | text |
/// | aggregate id | text |
/// | sequence | number |
/// | event type | text |
/// | event version | text |
/// | SHA-256 of the payload, as stored | bytes |
/// | metadata, as stored | text |
/// | `recorded_at` | time |
/// | `tip` | number or none |
/// | `resource_id` | text |
/// | `day`, as `2026-11-24` | text or none |
/// | `mask`: 12 bytes, the first bit is slot 0 | bytes or none |
/// | `booking_id`, `hold_id`, `session_id`: 16 bytes each | bytes or none |
/// | `span_start` | time or none |
/// | `span_slots` | number or none |
/// | `lease_expires_at` | time or none |
///
/// A number is 8 bytes, big-endian, one below 0 in two's complement. A time is a
/// number: microseconds since 1970. Bytes are their count as a number, then they
/// themselves; a text is its bytes in UTF-8. What may be none is the number 0 where
/// it is none, else the number 1 and the field. So no two rows have one encoding.
///
/// Of the first version, which the releases up to 0.1 wrote, it is SHA-256 of
/// `slotkeeper/event/1` as text, the fields from the partition to the event's version
/// as above, the payload itself as text, the metadata, and `recorded_at` as the number
/// of milliseconds since 1970. No other column is covered: they repeat what the
/// payload says.
#[derive(Debug, Clone, Copy)]
pub struct HashedRow<'a> {
    /// The partition it is in.
    pub partition: Partition,
    /// Its place there.
    pub position: Position,
    /// The type of the stream it is in, as stored.
    pub aggregate_type: &'a str,
    /// The id of the stream it is in, as stored.
    pub aggregate_id: &'a str,
    /// Its place there.
    pub sequence: u64,
    /// Its type, as stored.
    pub event_type: &'a str,
    /// Its version, as stored.
    pub event_version: &'a str,
    /// Its payload, as stored; none once retention has taken it.
    pub payload: Option<&'a str>,
    /// The hash of the payload, which retention leaves in its place.
    pub payload_hash: Option<&'a [u8]>,
    /// Its metadata, as stored.
    pub metadata: &'a str,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The head's tip after the append, on the append's last event.
    pub tip: Option<Tip>,
    /// What it happened to.
    pub resource_id: &'a str,
    /// What projections fold beside the payload.
    pub columns: TypedColumns,
}

impl HashedRow<'_> {
    /// The hash that an append gives the row; of a version, none when the row lacks
    /// what it takes: the payload, or its hash.
    pub fn hash(&self, version: HashVersion) -> Option<[u8; 32]> {
        match version {
            HashVersion::One => Some(self.first(self.payload?)),
            HashVersion::Two => match self.payload {
                Some(payload) => Some(self.second(&payload_hash(payload))),
                None => self.payload_hash.map(|hash| self.second(hash)),
            },
        }
    }

    /// Whether the row is the one that was hashed, by the columns `hash_version` and
    /// `hash`; an emptied one too.
    ///
    /// Of the first version, the typed columns of a row that has its payload are not
    /// covered: [`TypedColumns::repeat`] compares them.
    ///
    /// # Errors
    ///
    /// [`RowFault`]: what is wrong with it.
    pub fn check(&self, version: i16, hash: &[u8]) -> Result<(), RowFault> {
        let known = HashVersion::of_number(version);
        let version = known.ok_or(RowFault::UnknownVersion(version))?;
        let equal = |computed: [u8; 32]| computed.as_slice() == hash;
        let whole = match (version, self.payload) {
            (HashVersion::One, None) => return self.check_remains(equal),
            (HashVersion::One, Some(_)) => self.is_of_whole_ms(),
            (HashVersion::Two, _) => true,
        };
        if !whole || !equal(self.hash(version).ok_or(RowFault::Gone)?) {
            return Err(RowFault::Changed);
        }
        let said = self.payload.zip(self.payload_hash);
        if said.is_some_and(|(payload, said)| payload_hash(payload) != said) {
            return Err(RowFault::PayloadHash);
        }
        Ok(())
    }

    /// Whether the row could still be checked if retention took its payload.
    pub fn is_sound_without_payload(&self, version: i16, hash: &[u8]) -> bool {
        let of_payload = self.payload.map(payload_hash);
        let emptied = HashedRow {
            payload: None,
            payload_hash: of_payload
                .as_ref()
                .map_or(self.payload_hash, |hash| Some(hash)),
            ..*self
        };
        emptied.check(version, hash).is_ok()
    }

    /// Checks what is left of a row of the first version by what it must have been.
    fn check_remains(&self, equal: impl Fn([u8; 32]) -> bool) -> Result<(), RowFault> {
        let payloads = renewal::payloads(self).ok_or(RowFault::Gone)?;
        let was = payloads.iter().find(|payload| equal(self.first(payload)));
        let was = was.filter(|_| self.is_of_whole_ms());
        let was = was.ok_or(RowFault::Changed)?;
        match self.payload_hash {
            Some(said) if payload_hash(was) != said => Err(RowFault::PayloadHash),
            _ => Ok(()),
        }
    }

    /// Whether the first version covers all of the times: it has no microseconds.
    fn is_of_whole_ms(&self) -> bool {
        let micros = self.recorded_at.timestamp_subsec_micros();
        micros.is_multiple_of(1_000)
    }

    fn first(&self, payload: &str) -> [u8; 32] {
        let mut message = Message::new("slotkeeper/event/1");
        self.address(&mut message);
        message.text(payload);
        message.text(self.metadata);
        message.number(self.recorded_at.timestamp_millis().unsigned_abs());
        message.hash()
    }

    fn second(&self, payload_hash: &[u8]) -> [u8; 32] {
        let mut message = Message::new("slotkeeper/event/2");
        self.address(&mut message);
        message.bytes(payload_hash);
        message.text(self.metadata);
        message.time(self.recorded_at);
        message.option(self.tip, |message, tip| {
            message.number(tip.0.cast_unsigned());
        });
        message.text(self.resource_id);
        self.columns(&mut message);
        message.hash()
    }

    /// Where it stands and what it is.
    fn address(&self, message: &mut Message) {
        message.number(self.partition.get().into());
        message.number(self.position.get());
        message.text(self.aggregate_type);
        message.text(self.aggregate_id);
        message.number(self.sequence);
        message.text(self.event_type);
        message.text(self.event_version);
    }

    fn columns(&self, message: &mut Message) {
        let TypedColumns {
            day,
            mask,
            booking_id,
            hold_id,
            session_id,
            span_start,
            span_slots,
            lease_expires_at,
        } = self.columns;
        message.option(day, |message, day| message.text(&day.to_string()));
        message.option(mask, |message, mask| message.bytes(&mask.bytes()));
        for id in [booking_id, hold_id, session_id] {
            message.option(id, |message, id| message.bytes(id.as_bytes()));
        }
        message.option(span_start, Message::time);
        message.option(span_slots, |message, slots| {
            message.number(i64::from(slots).cast_unsigned());
        });
        message.option(lease_expires_at, Message::time);
    }
}
