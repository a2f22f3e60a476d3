//! How the log and its keepers fare, in one look.

mod attention;
mod read;
mod show;

use crate::{
    ReplayError,
    database::Database,
    output::{self, Format},
};

/// Tells how everything stands; whether nothing needs attention.
///
/// # Errors
///
/// [`ReplayError::NoLog`], [`ReplayError::OldSchema`], [`ReplayError::Database`].
pub(crate) async fn run(database: &Database, format: Format) -> Result<bool, ReplayError> {
    let mut status = read::read(database).await?;
    status.attention = attention::attention(&status);
    match format {
        Format::Json => output::json(&status)?,
        Format::Human => show::show(&status)?,
    }
    Ok(status.attention.is_empty())
}
