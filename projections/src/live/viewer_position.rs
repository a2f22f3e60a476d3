use std::{fmt, str::FromStr};

use domain::partition::Partition;
use eventlog::{Epoch, GlobalPosition, Position, PositionParseError};

/// How far a viewer has been sent everything: a position for each partition that
/// it watches, all of one epoch.
///
/// Written `EPOCH.PARTITION.POSITION`, with
/// `.PARTITION.POSITION` for each further partition, ascending; a viewer of one
/// partition has the text of a [`GlobalPosition`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewerPosition {
    epoch: Epoch,
    /// Ascending, each partition once, never empty.
    positions: Vec<(Partition, Position)>,
}

impl ViewerPosition {
    /// Of positions of one epoch; none when they are of several or there is none.
    pub(super) fn new(mut all: Vec<GlobalPosition>) -> Option<Self> {
        all.sort_unstable_by_key(|at| at.partition);
        let epoch = all.first()?.epoch;
        let same = all.iter().all(|at| at.epoch == epoch);
        same.then(|| Self {
            epoch,
            positions: all.iter().map(|at| (at.partition, at.position)).collect(),
        })
    }

    /// How far it is in a partition; none when it watched nothing there.
    pub fn of(&self, partition: Partition) -> Option<GlobalPosition> {
        self.positions().find(|at| at.partition == partition)
    }

    /// How far it is in each of its partitions, ascending.
    pub fn positions(&self) -> impl Iterator<Item = GlobalPosition> {
        let epoch = self.epoch;
        let at = move |&(partition, position): &(Partition, Position)| GlobalPosition {
            epoch,
            partition,
            position,
        };
        self.positions.iter().map(at)
    }
}

impl From<GlobalPosition> for ViewerPosition {
    fn from(at: GlobalPosition) -> Self {
        Self {
            epoch: at.epoch,
            positions: vec![(at.partition, at.position)],
        }
    }
}

impl fmt::Display for ViewerPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.epoch.fmt(f)?;
        for (partition, position) in &self.positions {
            write!(f, ".{partition}.{position}")?;
        }
        Ok(())
    }
}

impl FromStr for ViewerPosition {
    type Err = PositionParseError;

    /// Reads the one form that is written.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (epoch, rest) = text.split_once('.').ok_or(PositionParseError)?;
        let numbers: Vec<&str> = rest.split('.').collect();
        let mut positions = Vec::with_capacity(numbers.len() / 2);
        for pair in numbers.chunks(2) {
            let at: GlobalPosition = format!("{epoch}.{}", pair.join(".")).parse()?;
            positions.push((at.partition, at.position));
        }
        if positions.is_sorted_by(|(one, _), (next, _)| one < next) {
            let epoch = epoch.parse()?;
            Ok(Self { epoch, positions })
        } else {
            Err(PositionParseError)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn epoch(number: u64) -> Epoch {
        format!("{number:016x}").parse().expect("an epoch")
    }

    proptest! {
        #[test]
        fn it_reads_as_it_is_written(
            number: u64,
            positions in prop::collection::btree_map(any::<u16>(), 0..=i64::MAX.unsigned_abs(), 1..20),
        ) {
            let at = |(partition, position): (&u16, &u64)| GlobalPosition {
                epoch: epoch(number),
                partition: Partition::new(*partition),
                position: Position::new(*position),
            };
            let mut all: Vec<_> = positions.iter().map(at).collect();
            all.reverse();
            let written = ViewerPosition::new(all).expect("one epoch");
            prop_assert_eq!(written.to_string().parse(), Ok(written.clone()));
            for (partition, position) in positions {
                let found = written.of(Partition::new(partition)).map(|at| at.position.get());
                prop_assert_eq!(found, Some(position));
            }
        }

        #[test]
        fn no_text_is_too_odd_to_be_refused(text: String) {
            if let Ok(read) = text.parse::<ViewerPosition>() {
                prop_assert_eq!(read.to_string(), text);
            }
        }

        #[test]
        fn what_is_nearly_written_so_is_refused(
            positions in prop::collection::btree_map(0..9_u16, 0..99_u64, 1..5),
            at in any::<prop::sample::Index>(),
            with in "[0-9a-f.+ ]",
        ) {
            let parts: BTreeMap<_, _> = positions;
            let parts: String = parts.iter().map(|(of, at)| format!(".{of}.{at}")).collect();
            let mut text = format!("{}{parts}", epoch(7));
            let index = at.index(text.len());
            text.replace_range(index..=index, &with);
            if let Ok(read) = text.parse::<ViewerPosition>() {
                prop_assert_eq!(read.to_string(), text);
            }
        }
    }

    #[test]
    fn partitions_ascend_and_come_once() {
        let text = |rest: &str| format!("{}{rest}", epoch(7)).parse::<ViewerPosition>();
        assert!(text(".0.5.3.1").is_ok());
        for odd in [".3.1.0.5", ".3.1.3.2", ".3.1.4", "", ".", ".3", ".3.1."] {
            assert_eq!(text(odd), Err(PositionParseError), "{odd}");
        }
    }
}
