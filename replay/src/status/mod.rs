//! How the log and its keepers fare, in one look.

mod attention;
mod read;
mod show;

use std::io::ErrorKind;

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
    let shown = match format {
        Format::Json => output::json(&status),
        Format::Human => show::show(&status),
    };
    match shown {
        // Whoever reads has read enough; what was found is found all the same.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        shown => shown?,
    }
    Ok(status.attention.is_empty())
}
