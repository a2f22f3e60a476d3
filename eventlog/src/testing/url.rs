//! Connections as URLs, which other programs take too.

use sqlx::{ConnectOptions, postgres::PgConnectOptions};

/// The URL of `options`, without what only sqlx understands.
pub(super) fn of(options: &PgConnectOptions) -> String {
    let mut url = options.to_url_lossy();
    let query: Vec<_> = url
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.starts_with("statement-cache-capacity="))
        .collect();
    let query = query.join("&");
    url.set_query(Some(&query));
    url.into()
}
