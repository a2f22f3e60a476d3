//! The rows against the chain that was made of them, and against a seal of it.

use domain::partition::Partition;
use eventlog::{
    Position,
    chain::{self, ChainBlock, ChainPoint},
};
use sqlx::PgConnection;

use super::{Faults, Promise};
use crate::{ReplayError, seal::SealedPoint, stored::StoredEvent};

/// Follows the rows of a partition beside its chain.
pub(super) struct ChainWalk<'a> {
    partition: Partition,
    /// Where the rows lead to as they lie there now.
    rows: ChainPoint,
    /// Where the blocks lead to, by the hashes in them.
    blocks: ChainPoint,
    /// The block of the rows that come now; none past the chain's end.
    block: Option<ChainBlock>,
    /// Sealed places that are yet to come.
    sealed: &'a [SealedPoint],
    /// Up to here the rows have been compared with the seal.
    compared: Position,
}

impl<'a> ChainWalk<'a> {
    /// Begins before the first row; `sealed` are places of a seal, ascending.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        partition: Partition,
        sealed: &'a [SealedPoint],
        faults: &mut Faults,
    ) -> Result<Self, ReplayError> {
        let mut walk = Self {
            partition,
            rows: ChainPoint::start(partition),
            blocks: ChainPoint::start(partition),
            block: None,
            sealed,
            compared: Position::START,
        };
        walk.next_block(connection, faults).await?;
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
            let chained = self
                .block
                .as_ref()
                .and_then(|block| block.hash_at(position));
            if chained.is_some_and(|hash| hash != row.hash) {
                let says = "the row has another hash than the one that was chained: \
                    it was changed since, or it is not the row that was here";
                faults.found_at(Promise::Chain, position, row.stream_name(), says);
            }
            self.compare_sealed(position.get().saturating_sub(1), faults);
            self.rows = ChainPoint {
                position,
                value: self.rows.value.after(&row.hash),
            };
            self.compare_sealed(position.get(), faults);
        }
        Ok(())
    }

    /// Tells what should have followed the last row.
    pub(super) async fn end(
        mut self,
        connection: &mut PgConnection,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        let last = self.rows.position;
        while self.block_ends_before(last.plus(1)) {
            self.next_block(connection, faults).await?;
        }
        let end = chain::last_point(connection, self.partition).await?;
        if end.position > last {
            let (says, at) = (
                format!(
                    "the chain goes on to {}, and the log ends at {last}",
                    end.position
                ),
                end.position,
            );
            faults.found_at(Promise::Chain, at, "the chain", says);
        }
        if let Some(head) = self.sealed.last() {
            let sealed = head.position();
            let says = format!("it was sealed up to {sealed}, and the log ends at {last}");
            faults.found_at(Promise::Seal, sealed, "the seal", says);
        }
        Ok(())
    }

    fn block_ends_before(&self, position: Position) -> bool {
        let block = self.block.as_ref();
        block.is_some_and(|block| block.position < position)
    }

    /// Goes on to the next block, and checks that it follows from the one before.
    async fn next_block(
        &mut self,
        connection: &mut PgConnection,
        faults: &mut Faults,
    ) -> Result<(), ReplayError> {
        let before = self.blocks;
        self.block = chain::read_block(connection, self.partition, before.position).await?;
        let Some(block) = &self.block else {
            return Ok(());
        };
        let follows = block.hashes().fold(before, ChainPoint::after);
        self.blocks = ChainPoint {
            position: block.position,
            value: block.value,
        };
        if block.after != before.position || follows != self.blocks {
            let (after, to) = (before.position, block.position);
            let says = format!("the chain's value does not follow from the one at {after}");
            faults.found_at(Promise::Chain, to, "the chain", says);
        }
        Ok(())
    }

    /// Compares the rows so far with the sealed places up to a position.
    fn compare_sealed(&mut self, up_to: u64, faults: &mut Faults) {
        while let Some((next, rest)) = self.sealed.split_first()
            && next.position <= up_to
        {
            let (from, to) = (self.compared.plus(1), next.position());
            if (self.rows.position, self.rows.value) != (to, next.value) {
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
