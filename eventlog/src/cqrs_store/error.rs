use std::error::Error;

use cqrs_es::AggregateError;

use crate::LogError;

/// The log's errors as [`cqrs_es`] names them.
pub(super) fn from_log<E: Error>(error: LogError) -> AggregateError<E> {
    match error {
        LogError::WrongExpectedVersion { .. } | LogError::HistoryChanged { .. } => {
            AggregateError::AggregateConflict
        }
        LogError::Database { .. }
        | LogError::OutcomeUnknown { .. }
        | LogError::ClockAtOdds { .. } => AggregateError::DatabaseConnectionError(error.into()),
        LogError::Decode { .. } | LogError::Corrupt { .. } => {
            AggregateError::DeserializationError(error.into())
        }
        LogError::WrongMasterKey | LogError::Migrate(_) | LogError::Refused(_) => unexpected(error),
    }
}

/// What no user of the framework should meet.
pub(super) fn unexpected<E: Error>(
    error: impl Into<Box<dyn Error + Send + Sync>>,
) -> AggregateError<E> {
    AggregateError::UnexpectedError(error.into())
}
