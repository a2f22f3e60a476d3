//! Whether the lines of an export make a log.

use std::num::NonZeroU16;

use domain::{
    ids::{BookingId, ResourceId},
    partition::Partition,
    stream::StreamId,
};
use eventlog::{MaskColumn, TypedColumns};
use sqlx::types::chrono::{DateTime, Utc};

use super::{
    hex,
    line::{EventLine, FIRST_FORM, FORM, HeadLine, Header, KeyLine, Trailer},
};
use crate::{column, stored::StoredEvent};

/// What has been read so far.
pub(super) struct Checker {
    partitions: NonZeroU16,
    /// What is to come.
    header: Header,
    /// The ends of the partitions as the events make them.
    heads: Vec<HeadLine>,
    events: u64,
    keys: u64,
}

impl Checker {
    /// Takes the header.
    pub(super) fn new(header: Header) -> Result<Self, String> {
        if ![FORM, FIRST_FORM].contains(&header.form.as_str()) {
            return Err(format!("its form is {:?}, and not {FORM}", header.form));
        }
        let partitions = u16::try_from(header.log.partitions).ok();
        let partitions = partitions
            .and_then(NonZeroU16::new)
            .ok_or("a log has at least one partition")?;
        let head = |partition| HeadLine {
            partition,
            position: 0,
            tip: 0,
            last_at: DateTime::<Utc>::UNIX_EPOCH,
        };
        Ok(Self {
            partitions,
            heads: (0..header.log.partitions).map(head).collect(),
            header,
            events: 0,
            keys: 0,
        })
    }

    /// The header.
    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    /// How many keys there were.
    pub(super) const fn keys(&self) -> u64 {
        self.keys
    }

    /// The ends of the partitions.
    pub(super) fn heads(&self) -> &[HeadLine] {
        &self.heads
    }

    /// Takes the next event; gives its row.
    pub(super) fn event(&mut self, line: &EventLine<'_>) -> Result<StoredEvent, String> {
        if self.keys > 0 {
            return Err("an event comes after a key".into());
        }
        let mut row = row(line)?;
        self.advance(line)?;
        let partition = Partition::new(line.partition);
        let stream = row.stream().ok_or("its stream is none of ours")?;
        let resource: ResourceId = line
            .resource_id
            .parse()
            .map_err(|_| "its resource can't be one".to_owned())?;
        if !belongs(&stream, &resource) || Partition::of(&resource, self.partitions) != partition {
            return Err("its resource is another's, or of another partition".into());
        }
        let event = row.event()?;
        row.columns = TypedColumns::of(&stream, &event);
        if let Err(fault) = row.check_hash() {
            return Err(fault.to_string());
        }
        self.events += 1;
        Ok(row)
    }

    /// Moves its partition's end on to the event.
    fn advance(&mut self, line: &EventLine<'_>) -> Result<(), String> {
        let later = usize::from(line.partition) + 1..;
        if self
            .heads
            .get(later)
            .is_some_and(|heads| heads.iter().any(|head| head.position > 0))
        {
            return Err("its partition was over".into());
        }
        let head = self.heads.get_mut(usize::from(line.partition));
        let head = head.ok_or("the log has no such partition")?;
        let next = head.position + 1;
        if i64::try_from(line.position) != Ok(next) {
            return Err(format!(
                "its position is {}, and {next} comes next",
                line.position
            ));
        }
        if line.recorded_at < head.last_at {
            return Err("it was recorded before the event before it".into());
        }
        head.position = next;
        head.last_at = line.recorded_at;
        head.tip = line.tip.unwrap_or(0);
        Ok(())
    }

    /// Takes the next key; gives the booking that it is of, and the key.
    pub(super) fn key(&mut self, line: &KeyLine) -> Result<(BookingId, Vec<u8>), String> {
        let id: BookingId = line
            .booking_id
            .to_string()
            .parse()
            .map_err(|_| "it is of no booking".to_owned())?;
        if !self.header.keys || id.partition().get() >= self.partitions.get() {
            return Err("such a key is not to be here".into());
        }
        let key = hex::decode(&line.wrapped).ok_or("it is not hexadecimal")?;
        self.keys += 1;
        Ok((id, key))
    }

    /// Takes the trailer.
    pub(super) fn trailer(&self, trailer: &Trailer, digest: &str) -> Result<(), String> {
        let counts = (self.events, self.keys);
        if counts != (trailer.events, trailer.keys) || self.events != self.header.events {
            return Err(format!(
                "{} events and {} keys were announced, {} and {} came",
                trailer.events, trailer.keys, self.events, self.keys
            ));
        }
        if self.heads != trailer.heads {
            return Err("the events do not end where the heads are".into());
        }
        if digest != trailer.sha256 {
            return Err("the lines before it are not those that were written".into());
        }
        Ok(())
    }
}

fn belongs(stream: &StreamId, resource: &ResourceId) -> bool {
    match stream {
        StreamId::Resource(id) | StreamId::ResourceDay(id, _) => id == resource,
        // Which resource it books, its first event alone says.
        StreamId::Booking(_) => true,
    }
}

fn row(line: &EventLine<'_>) -> Result<StoredEvent, String> {
    let partition = column::partition(Partition::new(line.partition));
    let position = i64::try_from(line.position).map_err(|_| "its position is none")?;
    Ok(StoredEvent {
        partition,
        position,
        aggregate_type: line.aggregate_type.to_string(),
        aggregate_id: line.aggregate_id.to_string(),
        sequence: line.sequence,
        event_type: line.event_type.to_string(),
        event_version: line.event_version.to_string(),
        payload: line.payload.map(|payload| payload.get().to_owned()),
        metadata: line.metadata.get().to_owned(),
        recorded_at: line.recorded_at,
        hash: hex::decode(&line.hash)
            .filter(|hash| hash.len() == 32)
            .ok_or("its hash is not 32 bytes")?,
        hash_version: line.hash_version,
        payload_hash: line
            .payload_hash
            .as_deref()
            .map(|hash| hex::decode(hash).ok_or("the hash of its payload is not hexadecimal"))
            .transpose()?,
        tip: line.tip,
        resource_id: line.resource_id.to_string(),
        columns: TypedColumns {
            hold_id: line.hold_id,
            lease_expires_at: line.lease_expires_at,
            mask: line.slots.map(MaskColumn),
            session_id: line.session_id,
            span_start: line.span_start,
            span_slots: line.span_slots,
            ..TypedColumns::default()
        },
    })
}
