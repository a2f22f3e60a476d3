use api::{Application, config::Config};

use super::answer;
use crate::Outcome;

/// Serves Slotkeeper itself, as its own binary does.
pub(super) async fn run(config: Config) -> Outcome<()> {
    let application = Application::build(config).await?;
    let address = application.address().to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let serving = tokio::spawn(application.run(async {
        // Whoever held the other end is gone, which is as good.
        let _ = stopped.await;
    }));
    answer(address).await?;
    // It may have stopped by itself.
    let _ = stop.send(());
    Ok(serving.await??)
}
