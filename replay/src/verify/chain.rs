//! The rows against the chain that was made of them, and against a seal of it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::partition::Partition;
use eventlog::{
    Position,
    chain::{self, ChainBlock, ChainPoint},
};
use sqlx::PgConnection;

use super::{Faults, Promise, positions::Known};
use crate::{ReplayError, seal::SealedPoint, stored::StoredEvent};

/// What to do about a chain that is not whole.
const UNCHAINED: &str = "no row is lost: compare the log with a seal that was kept elsewhere; \
    then delete the rows of this partition from chain, and `seal` or a server chains the rows as they lie";

/// What to do about a chain that is whole and does not go on. What is there of it is the
/// only witness of the rows that it covers.
const BEHIND: &str = "compare the log with a seal that was kept elsewhere, if there is one; \
    then `seal`, or a server with the duty `chain`, chains the rest: delete nothing";

/// Follows the rows of a partition beside its chain.
pub(super) struct ChainWalk<'a> {
    partition: Partition,
    /// Where the rows lead to as they lie there now.
    rows: ChainPoint,
    /// Where the blocks lead to, by the hashes in them.
    blocks: ChainPoint,
    /// The block of the rows that come now; none past the chain's end.
    block: Option<ChainBlock>,
    /// Whether the block's value follows from its hashes: else none of them is trusted.
    trusted: bool,
    /// Sealed places that are yet to come.
    sealed: &'a [SealedPoint],
    /// Up to here the rows have been compared with the seal.
    compared: Position,
    /// Rows that follow each other and are not those that were chained: how many, and
    /// the last of them.
    other: Option<(u64, Position)>,
    /// Since when the database has a chain.
    since: DateTime<Utc>,
    /// When the first row behind the chain's end was recorded, and the last row.
    unchained: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// How long rows may lie unchained while the log goes on: a server chains them within
/// a minute.
const LAG_MAX: TimeDelta = TimeDelta::minutes(10);

impl<'a> ChainWalk<'a> {
    /// Begins before the first row, or behind a place that a seal vouches for.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        partition: Partition,
        known: &Known<'a>,
        faults: &mut Faults,
    ) -> Result<Self, ReplayError> {
        let start = known.from.map_or_else(
            || ChainPoint::start(partition),
            |from| ChainPoint {
                position: from.position(),
                value: from.value,
            },
        );
        let mut walk = Self {
            partition,
            rows: start,
            blocks: start,
            block: None,
            trusted: true,
            sealed: known.sealed,
            compared: start.position,
            other: None,
            since: known.chained_since,
            unchained: None,
        };
        walk.first_block(connection, known.from.is_some(), faults)
            .await?;
        Ok(walk)
    }

    /// Compares the rows that come next, in order of position.
    pub(super) async fn feed(
        &mut self,
        connection: &mut PgConnection,
        rows: &[StoredEvent],
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        for row in rows {
            let position = row.position();
            while self.block_ends_before(position) {
                self.next_block(connection, faults).await?;
            }
            self.compare_chained(row, faults);
            self.compare_sealed(position.get().saturating_sub(1), faults);
            self.rows = ChainPoint {
                position,
                value: self.rows.value.after(&row.hash),
            };
            self.compare_sealed(position.get(), faults);
        }
        Ok(())
    }

    /// Compares a row with the hash that was chained at its position.
    fn compare_chained(&mut self, row: &StoredEvent, faults: &mut Faults) {
        let position = row.position();
        let Some(block) = &self.block else {
            // What came before this database had a chain, a server need not have chained.
            if row.recorded_at > self.since {
                let (first, _) = self.unchained.unwrap_or((row.recorded_at, row.recorded_at));
                self.unchained = Some((first, row.recorded_at));
            }
            return;
        };
        let chained = block.hash_at(position).filter(|_| self.trusted);
        let same = chained.is_none_or(|hash| hash == row.hash);
        // A row that is wrong by itself was told.
        if same || faults.has_bad_row_at(position) {
            self.end_run(faults);
            return;
        }
        if let Some((count, _)) = self.other {
            self.other = Some((count + 1, position));
            return;
        }
        self.other = Some((0, position));
        let says = "the row has another hash than the one that was chained: \
            it was changed since, or it is not the row that was here";
        if !faults.taints.is_everything() {
            faults.found_at(Promise::Chain, position, row.stream_name(), says);
        }
        faults.taints.row(row);
    }

    /// Ends a run of rows that are not those that were chained.
    fn end_run(&mut self, faults: &mut Faults) {
        if let Some((count, last)) = self.other.take()
            && count > 0
        {
            let words = format!("; so are the {count} after it, up to position {last}");
            faults.add(Promise::Chain, &words);
        }
    }

    /// Tells what should have followed the last row; gives the chain's end.
    pub(super) async fn end(
        mut self,
        connection: &mut PgConnection,
        known: &Known<'_>,
        faults: &mut Faults,
    ) -> Result<Position, ReplayError> {
        self.end_run(faults);
        let last = self.rows.position;
        while self.block_ends_before(last.plus(1)) {
            self.next_block(connection, faults).await?;
        }
        let end = chain::last_point(connection, self.partition).await?;
        let told = [Promise::Head, Promise::Positions, Promise::Seal];
        let told = told.into_iter().any(|promise| faults.has(promise));
        if end.position > last && !told {
            let at = end.position;
            let says = format!(
                "the chain goes on to {at}, and the log ends at {last}: its end was cut off"
            );
            faults.found_at(Promise::Chain, at, "the chain", says);
            faults.taints.everything();
        }
        self.tell_lag(end.position, known, faults);
        if let Some(head) = self.sealed.last()
            && !(told || faults.has(Promise::Chain))
        {
            let sealed = head.position();
            let says = format!("it was sealed up to {sealed}, and the log ends at {last}");
            faults.found_at(Promise::Seal, sealed, "the seal", says);
        }
        Ok(end.position)
    }

    /// Tells of a chain that ends where it should have gone on.
    fn tell_lag(&self, end: Position, known: &Known<'_>, faults: &mut Faults) {
        let last = self.rows.position;
        let sealed = self
            .compared
            .max(known.from.map_or(Position::START, |from| from.position()));
        let Some((first, latest)) = self.unchained else {
            return;
        };
        // A seal of a standby may be further than the chain was: that alone is no fault.
        if latest - first <= LAG_MAX {
            return;
        }
        let says = if end < sealed {
            format!("the chain reaches position {end} of {last}, and was sealed up to {sealed}")
        } else {
            format!(
                "the chain reaches position {end} of {last}, and the log went on for over ten minutes without it"
            )
        };
        let says = match end {
            Position::START => format!("there is none: {says}"),
            _ => format!("its end is missing: {says}"),
        };
        faults.found_of(Promise::Chain, "the chain", says, BEHIND);
    }

    fn block_ends_before(&self, position: Position) -> bool {
        let block = self.block.as_ref();
        block.is_some_and(|block| block.position < position)
    }

    /// Begins with the block of the first rows. A seal that was made past the chain's end,
    /// or before the chain was made again, has its place within a block.
    async fn first_block(
        &mut self,
        connection: &mut PgConnection,
        within: bool,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        self.block = chain::read_block(connection, self.partition, self.blocks.position).await?;
        let after = self.block.as_ref().map(|block| block.after);
        let first = after.filter(|after| within && *after < self.blocks.position);
        self.follow_block(first.unwrap_or(self.blocks.position), faults);
        Ok(())
    }

    /// Goes on to the next block, and checks that it follows from the one before.
    async fn next_block(
        &mut self,
        connection: &mut PgConnection,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        self.block = chain::read_block(connection, self.partition, self.blocks.position).await?;
        self.follow_block(self.blocks.position, faults);
        Ok(())
    }

    /// Checks that the block's value follows from the place where the walk is, and that
    /// the block begins behind `first`.
    fn follow_block(&mut self, first: Position, faults: &mut Faults) {
        let before = self.blocks;
        let Some(block) = &self.block else {
            return;
        };
        let known = before.position.get() - first.get();
        let known = usize::try_from(known).unwrap_or(usize::MAX);
        let follows = block.hashes().skip(known).fold(before, ChainPoint::after);
        self.trusted = block.after > first || follows.value == block.value;
        self.blocks = ChainPoint {
            position: block.position,
            value: block.value,
        };
        let after = block.after;
        if after > first {
            let says = format!(
                "its blocks from position {} to {after} are missing",
                before.position.plus(1)
            );
            faults.found_of(Promise::Chain, "the chain", says, UNCHAINED);
        } else if after != first || follows != self.blocks {
            let (after, to) = (before.position, block.position);
            let says = format!("the chain's value does not follow from the one at {after}");
            faults.found_with(Promise::Chain, (to, "the chain"), says, UNCHAINED);
        }
    }

    /// Compares the rows so far with the sealed places up to a position.
    fn compare_sealed(&mut self, up_to: u64, faults: &mut Faults) {
        while let Some((next, rest)) = self.sealed.split_first()
            && next.position <= up_to
        {
            let (from, to) = (self.compared.plus(1), next.position());
            let same = (self.rows.position, self.rows.value) == (to, next.value);
            if !same && faults.has_row_fault_up_to(to) {
                // A row that is not what was sealed was told by itself.
                self.rows = ChainPoint {
                    position: to,
                    value: next.value,
                };
            } else if !same {
                let says = format!(
                    "the rows from position {from} to {to} are not the ones that were sealed: \
                     one of them was changed, dropped or inserted"
                );
                faults.found_at(Promise::Seal, to, "the seal", says);
                // From here on as sealed, so that what follows is told by itself.
                self.rows = ChainPoint {
                    position: to,
                    value: next.value,
                };
            }
            self.compared = to;
            self.sealed = rest;
        }
    }
}
