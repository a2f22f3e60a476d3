//! What every handler may use.

use std::{ops::Deref, sync::Arc};

use domain::{command::Command, ids::ResourceId, resource::Resource};
use eventlog::{Actor, AttendeeCipher, Log, WrappedKey};
use executor::{Executor, Failure, Receipt, Request};
use metrics_exporter_prometheus::PrometheusHandle;
use projections::{
    live::{LiveFeed, ResourceState},
    runner::ViewProgress,
};
use tokio_util::sync::CancellationToken;

use crate::{
    answers::Answers,
    auth::Keyring,
    config::{HttpSettings, StreamSettings},
    pages::Pages,
    problem::Problem,
    refusal::Asked,
    request::{RequestId, Requests},
    sse::Gate,
};

/// The application's parts, shared by all requests.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) log: Log,
    pub(crate) feed: LiveFeed,
    pub(crate) views: ViewProgress,
    pub(crate) executor: Executor,
    pub(crate) keys: Keyring,
    pub(crate) cipher: AttendeeCipher,
    pub(crate) limits: HttpSettings,
    pub(crate) streams: StreamSettings,
    /// Lets viewers in, as many as there may be.
    pub(crate) viewers: Gate,
    /// Lets auditors in, as many as there may be.
    pub(crate) auditors: Gate,
    pub(crate) answers: Answers,
    pub(crate) requests: Requests,
    pub(crate) pages: Pages,
    pub(crate) metrics: PrometheusHandle,
    /// Fires when the server begins to stop: streams end then.
    pub(crate) stopping: CancellationToken,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Executes a command for a request; the log has a line of it when a rule refuses it.
    pub(crate) async fn execute(
        &self,
        command: Command,
        actor: Actor,
        request: &RequestId,
        booking_key: Option<WrappedKey>,
    ) -> Result<Receipt, Problem> {
        let asked = Asked::of(&command, &actor);
        let executed = self.executor.execute(Request {
            command,
            actor,
            request_id: Some(request.as_str().to_owned()),
            booking_key,
        });
        executed.await.map_err(|failure| {
            let refused_at = match &failure {
                Failure::Rejected {
                    position,
                    decided_at,
                    ..
                } => Some((*position, *decided_at)),
                _ => None,
            };
            let problem = Problem::from(failure);
            if let Some((position, decided_at)) = refused_at {
                asked.refused(request, &problem, position, decided_at);
            }
            problem
        })
    }

    /// A resource that somebody registered, open or retired.
    ///
    /// # Errors
    ///
    /// `resource_not_found`.
    pub(crate) async fn registered(&self, id: &ResourceId) -> Result<Arc<ResourceState>, Problem> {
        let state = self.feed.resource(id).await?;
        match state.resource {
            Resource::Unknown => {
                Err(domain::rejection::Rejection::ResourceUnknown(id.clone()).into())
            }
            Resource::Open(_) | Resource::Retired(_) => Ok(state),
        }
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
