//! Makes views anew beside the running system.
//!
//! Each view is folded from position 0 into a table like the live one, in a schema
//! of its own, by the functions that the runners fold by; then the two trade
//! places in one short transaction. Until then nobody reads what is in the making,
//! and servers read and write as ever. A view that was added to an old log comes
//! to its rows by the same road.
//!
//! Every step commits with what it takes to go on from it, so a rebuild that was
//! killed is continued by the next one. One at a time works on a database.

mod error;
mod exclusive;
mod load;
mod plan;
mod progress;
mod shadow;
mod swap;

use eventlog::Position;
use sqlx::postgres::PgConnectOptions;

use crate::view::View;

pub use error::RebuildError;
pub use plan::{PartitionPlan, Plan, plan};
pub use progress::{Progress, Tell};

use exclusive::Exclusive;

/// What a rebuild did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// Events that this run folded; an earlier one may have folded some before.
    pub events: u64,
    /// Tries that the change of places took: more than one when somebody used the
    /// tables for long.
    pub swap_tries: u32,
}

/// Where each partition ends, by its number.
type Heads = Vec<Position>;

/// Makes `views` anew from the log and puts them in the place of the live ones.
///
/// `options` lead to the database, as a role that owns the tables. Their sessions
/// must have no `statement_timeout`. Takes some connections of its own.
///
/// # Errors
///
/// [`RebuildError`]. What is done by then is kept, and the next run goes on from it.
pub async fn rebuild(
    options: &PgConnectOptions,
    views: &[View],
    tell: &Tell,
) -> Result<Rebuilt, RebuildError> {
    let mut exclusive = Exclusive::begin(options, tell).await?;
    let connection = exclusive.connection();
    let heads = plan::heads(connection).await?;
    for view in views {
        shadow::check_dependents(connection, *view).await?;
    }
    shadow::drop_replaced(connection).await?;
    for view in views {
        shadow::begin(connection, *view, &heads).await?;
    }
    tell(Progress::Begun(
        plan::of(connection, views, &heads).await?.missing(),
    ));
    let mut events = load::all(options, views, heads.len(), tell).await?;
    for view in views {
        tell(Progress::Indexing(*view));
        shadow::index(connection, *view).await?;
    }
    let (more, swap_tries) = swap::take_place(connection, options, views, &heads, tell).await?;
    events += more;
    shadow::drop_replaced(connection).await?;
    exclusive.end().await?;
    Ok(Rebuilt { events, swap_tries })
}
