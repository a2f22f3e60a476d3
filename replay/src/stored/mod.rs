//! The log's rows as they lie in the database.
//!
//! The log's own readers refuse a row that is not as written. Here every row can
//! be read, and says itself what is wrong with it.

mod event;
mod page;

pub(crate) use event::StoredEvent;
pub(crate) use page::read_page;
