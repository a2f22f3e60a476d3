//! What every handler may use.

use std::{ops::Deref, sync::Arc};

use domain::{command::Command, ids::ResourceId, precondition::Precondition, resource::Resource};
use eventlog::{Actor, AttendeeCipher, Log, WrappedKey};
use executor::{Executor, Failure, Receipt, Request};
use metrics_exporter_prometheus::PrometheusHandle;
use projections::{
    live::{LiveFeed, ResourceState},
    runner::ViewProgress,
};
use tokio_util::sync::CancellationToken;

use crate::{
    alternatives::Wanted,
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
    ///
    /// # Errors
    ///
    /// Why there is no receipt.
    pub(crate) async fn execute(
        &self,
        command: Command,
        actor: Actor,
        request: &RequestId,
        booking_key: Option<WrappedKey>,
    ) -> Result<Receipt, Problem> {
        self.execute_if(None, command, actor, request, booking_key)
            .await
    }

    /// As [`Self::execute`], if what the command is about is as `expected`.
    ///
    /// # Errors
    ///
    /// As [`Self::execute`], and `precondition_failed`.
    pub(crate) async fn execute_if(
        &self,
        expected: Option<Precondition>,
        command: Command,
        actor: Actor,
        request: &RequestId,
        booking_key: Option<WrappedKey>,
    ) -> Result<Receipt, Problem> {
        let asked = Asked::of(&command, &actor);
        let wanted = Wanted::of(&command);
        let executed = self.executor.execute(Request {
            command,
            expected,
            actor,
            request_id: Some(request.as_str().to_owned()),
            booking_key,
        });
        match executed.await {
            Ok(receipt) => Ok(receipt),
            Err(Failure::Rejected {
                rejection,
                position,
                decided_at,
            }) => {
                let problem = Problem::from(rejection.clone()).at(position);
                asked.refused(request, &problem, position, decided_at);
                let alternatives = match wanted {
                    Some(wanted) => wanted.alternatives(self, &rejection, position).await,
                    None => Vec::new(),
                };
                Err(problem.alternatives(&alternatives))
            }
            Err(failure) => Err(failure.into()),
        }
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
