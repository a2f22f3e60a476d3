//! Live updates as most would write them: axum's SSE over a broadcast channel.

use std::convert::Infallible;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
    routing::{get, post},
};
use futures::{Stream, stream};
use tokio::sync::broadcast::{self, Sender, error::RecvError};

/// How many messages a slow subscriber may lag behind.
const BACKLOG: usize = 256;

/// Sends what is posted to `/publish` to whoever listens at `/events`.
pub(super) fn router() -> Router {
    let (sender, _) = broadcast::channel::<String>(BACKLOG);
    Router::new()
        .route("/publish", post(publish))
        .route("/events", get(events))
        .with_state(sender)
}

async fn publish(State(sender): State<Sender<String>>, body: String) -> StatusCode {
    // Without a listener there is nobody to miss it.
    let _ = sender.send(body);
    StatusCode::NO_CONTENT
}

async fn events(
    State(sender): State<Sender<String>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = stream::unfold(sender.subscribe(), |mut receiver| async {
        loop {
            match receiver.recv().await {
                Ok(data) => {
                    let event = Event::default().event("availability").data(data);
                    return Some((Ok(event), receiver));
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
