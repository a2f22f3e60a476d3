//! One partition, from its rows to its keys.

use chrono::{DateTime, TimeDelta, Utc};
use domain::partition::Partition;
use eventlog::{AttendeeCipher, Position};
use sqlx::{Executor, PgConnection, PgPool};

use crate::{
    column,
    database::Database,
    error::{ReplayError, failed},
    meter::Meter,
    seal::{Seal, SealedPoint},
};

use super::{
    Faults, Promise,
    arguments::Against,
    bookings::BookingTrail,
    chain_value, erasures,
    holds::HoldTrail,
    keys,
    positions::{self, Known, Read},
    streams,
    survey::Survey,
    trail,
};

/// How long before a seal the first event of a partition may have been recorded that
/// the seal has no event of: it takes a while to make one.
const SEALING_MAX: TimeDelta = TimeDelta::hours(1);

/// What every partition is verified with.
pub(super) struct Reading<'a> {
    pub(super) database: &'a Database,
    pub(super) against: &'a Against,
    pub(super) survey: &'a Survey,
    /// Whom the stock repository asks; none where it can't be asked.
    pub(super) stock: Option<&'a PgPool>,
    pub(super) cipher: Option<&'a AttendeeCipher>,
    pub(super) meter: &'a Meter,
}

impl Reading<'_> {
    /// Verifies a partition.
    pub(super) async fn verify(
        &self,
        partition: Partition,
    ) -> Result<(Partition, Read, Faults), ReplayError> {
        let mut faults = Faults::of(partition);
        let mut connection = if self.survey.views {
            self.database.snapshot_with_views().await?
        } else {
            self.database.snapshot().await?
        };
        let points = self.against.seal.as_ref();
        let points = points.map_or(&[][..], |seal| seal.points(partition));
        let since = self.against.since;
        let known = Known {
            partitions: self.survey.partitions,
            now: self.survey.now,
            chained_since: self.survey.chained_since,
            sealed: if since { &[] } else { points },
            from: points.last().copied().filter(|_| since),
            views: self.survey.views,
            broken_index: self.is_broken("events_pkey"),
            meter: self.meter,
        };
        if let Some(seal) = &self.against.seal
            && points.is_empty()
        {
            check_unsealed(&mut connection, partition, seal, &mut faults).await?;
        }
        let read = positions::verify(&mut connection, partition, &known, &mut faults).await?;
        match known.from {
            Some(from) => check_since(&mut connection, partition, from, &mut faults).await?,
            None => {
                self.verify_together(&mut connection, partition, &mut faults)
                    .await?;
            }
        }
        // Nothing was written.
        let ended = connection.execute("rollback").await;
        ended.map_err(failed("ending a snapshot"))?;
        Ok((partition, read, faults))
    }

    /// What rows say of each other.
    async fn verify_together(
        &self,
        connection: &mut PgConnection,
        partition: Partition,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        // Without a head, the stock repository sees nothing of the partition.
        let broken = self.is_broken("events_expected_version");
        let stock = self.stock.filter(|_| !faults.has(Promise::Head) && !broken);
        let with = (stock, self.meter, broken);
        streams::verify(connection, with, partition, faults).await?;
        trail::verify::<BookingTrail>(connection, partition, faults).await?;
        trail::verify::<HoldTrail>(connection, partition, faults).await?;
        streams::use_indexes(connection).await?;
        erasures::verify(connection, partition, faults).await?;
        keys::verify(connection, partition, self.cipher, faults).await
    }

    fn is_broken(&self, index: &str) -> bool {
        self.survey.broken_indexes.iter().any(|name| name == index)
    }
}

/// Checks the sequences of what came after a sealed place, and that the chain still has
/// the sealed value.
async fn check_since(
    connection: &mut PgConnection,
    partition: Partition,
    from: SealedPoint,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let value = chain_value::at(connection, partition, from.position()).await?;
    if value != Some(from.value) && !faults.has(Promise::Seal) && !faults.has(Promise::Chain) {
        let says = "the chain has not the value there that was sealed: `verify --seal` tells more";
        faults.found_at(Promise::Seal, from.position(), "the seal", says);
    }
    let gaps: Vec<(String, i64, i64)> = sqlx::query_as(include_str!("gaps_since.sql"))
        .bind(column::partition(partition))
        .bind(column::position(from.position()))
        .fetch_all(connection)
        .await
        .map_err(failed("reading sequences"))?;
    if faults.taints.is_everything() {
        return Ok(());
    }
    for (stream, sequence, position) in gaps {
        let says = format!(
            "its sequence is {sequence}, and {} does not stand before it",
            sequence - 1
        );
        let position = column::read_position(position);
        faults.found_at(Promise::Sequences, position, stream, says);
    }
    Ok(())
}

/// Tells of a seal without an event of a partition that had some.
async fn check_unsealed(
    connection: &mut PgConnection,
    partition: Partition,
    seal: &Seal,
    faults: &mut Faults,
) -> Result<(), ReplayError> {
    let first: Option<DateTime<Utc>> = sqlx::query_scalar(include_str!("first_at.sql"))
        .bind(column::partition(partition))
        .fetch_optional(connection)
        .await
        .map_err(failed("reading the first event"))?;
    let sealed_at = seal.sealed_at();
    if let Some(first) = first
        && first + SEALING_MAX < sealed_at.to_datetime()
    {
        let says = format!(
            "it has no event of this partition, whose first was recorded at {}, long before it was sealed at {sealed_at}: the seal was changed",
            first.to_rfc3339()
        );
        let remedy = "use a copy of the seal that nobody could change";
        faults.found_with(Promise::Seal, (Position::START, "the seal"), says, remedy);
    }
    Ok(())
}
