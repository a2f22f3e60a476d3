//! The live day feed: what people look at now, in memory.
//!
//! A node follows every partition. Of each it keeps the days and resources that
//! are watched or were read lately, all of them folded up to exactly one
//! position, [`LiveFeed::applied`]; an event is applied once, by its position.
//! What is not in memory is loaded from the views at their checkpoint and brought
//! up by the changes that memory holds since.
//!
//! Viewers of the same days share a board of frames, serialised once. A viewer
//! costs no query, and wakes only when a day it watches looks different, or its
//! resource is another. It may watch days of many resources, over partitions.

mod audience;
mod board;
mod change;
mod day;
mod error;
mod feed;
mod follow;
mod frame;
mod limits;
mod load;
mod loaded;
mod partition;
mod reads;
mod recent;
mod resource;
mod rounds;
mod seat;
mod shelf;
mod state;
mod view;
mod viewer_position;
mod watch;

#[cfg(test)]
mod hopping;

pub use day::{DayState, HeldSpan, SeatsLeft, ToldDay};
pub use error::LiveError;
pub use feed::LiveFeed;
pub use limits::LiveLimits;
pub use resource::{ResourceState, SeatTerms};
pub use viewer_position::ViewerPosition;
pub use watch::{Round, Wanted, Watch};
