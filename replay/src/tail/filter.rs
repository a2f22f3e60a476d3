use clap::builder::PossibleValuesParser;
use domain::{
    event::Event,
    ids::{BookingId, ResourceId, SessionId},
    partition::Partition,
};
use eventlog::Actor;

use crate::{ReplayError, audit::Scope, database::Database, stored::StoredEvent};

/// What to tell of; of everything, when nothing is named.
#[derive(Debug, clap::Args)]
pub(super) struct Filter {
    /// Only of this resource.
    #[arg(long, value_name = "ID")]
    resource: Option<ResourceId>,

    /// Only events of this type; may be given several times.
    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(Event::TYPES))]
    types: Vec<String>,

    /// Only of this booking.
    #[arg(long, value_name = "ID")]
    booking: Option<BookingId>,

    /// Only what this session does, and what it is done for.
    #[arg(long, value_name = "ID")]
    session: Option<SessionId>,
}

impl Filter {
    /// The partitions in which there may be something to tell.
    pub(super) async fn partitions(
        &self,
        database: &Database,
    ) -> Result<Vec<Partition>, ReplayError> {
        Ok(match (&self.resource, self.booking) {
            (Some(resource), _) => vec![database.partition_of(resource).await?],
            (None, Some(booking)) => vec![database.partition_of_booking(booking).await?],
            (None, None) => database.partitions().await?,
        })
    }

    /// What all that is told is of.
    pub(super) const fn scope(&self) -> Scope {
        match (&self.resource, self.booking) {
            (None, None) => Scope::Log,
            _ => Scope::Resource,
        }
    }

    /// Whether a row is to be told; `own` says whether it is about a hold of the
    /// session that was placed while it was followed.
    pub(super) fn takes(&self, row: &StoredEvent, own: bool) -> bool {
        let resource = self.resource.as_ref();
        let booking = self.booking.map(BookingId::uuid);
        resource.is_none_or(|id| id.as_str() == row.resource_id)
            && (self.types.is_empty() || self.types.contains(&row.event_type))
            && booking.is_none_or(|id| row.columns.booking_id == Some(id))
            && self.session.is_none_or(|id| own || is_of(row, id))
    }

    /// Whether a row begins something of the session that is followed, or is done by it.
    pub(super) fn is_of_session(&self, row: &StoredEvent) -> bool {
        self.session.is_some_and(|id| is_of(row, id))
    }
}

fn is_of(row: &StoredEvent, session: SessionId) -> bool {
    let by_it = row.recorded();
    row.columns.session_id == Some(session.uuid())
        || by_it.is_ok_and(|recorded| recorded.metadata.actor == Actor::Session(session))
}
