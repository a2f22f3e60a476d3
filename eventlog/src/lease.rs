use domain::partition::Partition;

/// A background duty that one node at a time does for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Ending holds that are due.
    Expiry,
    /// Folding the log into the views.
    Projection,
}

/// The duties that this node has leased, kept up in the background.
#[derive(Debug, Clone)]
pub struct Leases {}

impl Leases {
    /// Waits until this node has the duty of the partition.
    pub async fn acquired(&self, _duty: Duty, _partition: Partition) {
        todo!()
    }

    /// Waits until this node has lost the duty of the partition.
    pub async fn lost(&self, _duty: Duty, _partition: Partition) {
        todo!()
    }

    /// Whether this node has the duty of the partition now.
    pub fn holds(&self, _duty: Duty, _partition: Partition) -> bool {
        todo!()
    }
}
