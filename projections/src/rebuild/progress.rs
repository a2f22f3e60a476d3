use std::sync::Arc;

use crate::view::View;

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Another rebuild is at work, or ends just now.
    Waiting,
    /// So many events are to be folded; servers may append more meanwhile.
    Begun(u64),
    /// So many more are folded.
    Folded(u64),
    /// The view's indexes are being made.
    Indexing(View),
    /// The tables are about to trade places, for the nth time when somebody used
    /// them before.
    Swapping(u32),
}

/// Whom a rebuild tells how far it is.
pub type Tell = Arc<dyn Fn(Progress) + Send + Sync>;
