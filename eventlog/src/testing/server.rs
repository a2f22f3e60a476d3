//! The PostgreSQL that tests' databases lie on.

use std::env;

use sqlx::postgres::PgConnectOptions;
use tokio::sync::OnceCell;

use super::throwaway::ThrowawayPostgres;

/// Names the PostgreSQL to use.
const VARIABLE: &str = "SLOTKEEPER_TEST_DATABASE_URL";

/// How to connect to the server that the environment names, or to this
/// process's own, which is started when first asked for.
pub(super) async fn options() -> &'static PgConnectOptions {
    static OPTIONS: OnceCell<PgConnectOptions> = OnceCell::const_new();
    OPTIONS
        .get_or_init(async || match env::var(VARIABLE) {
            Ok(url) => url
                .parse()
                .expect("SLOTKEEPER_TEST_DATABASE_URL is the URL of a PostgreSQL"),
            Err(_) => own().await,
        })
        .await
}

async fn own() -> PgConnectOptions {
    let server = ThrowawayPostgres::start()
        .await
        .unwrap_or_else(|error| panic!("no {VARIABLE} is set, and: {error}"));
    let options = server.options();
    // Never dropped: the death of the process is what stops it.
    std::mem::forget(server);
    options
}
