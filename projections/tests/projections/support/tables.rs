//! The views as they lie in the database.

use projections::view::View;
use sqlx::{PgConnection, PgPool};

/// Lets the third view of a batch fail. A sequence counts on through rollbacks,
/// and so tells that it was tried.
pub(crate) const FAIL: &str = "
    create sequence tried;
    create function fail() returns trigger language plpgsql as
    $$ begin perform nextval('tried'); raise exception 'as the test wants'; end $$;
    create trigger fail before insert on bookings execute function fail();
";

/// The primary key of a view, by which it is sorted.
const fn key(view: View) -> &'static str {
    match view {
        View::DailyAvailability => "partition, resource_id, date",
        View::Presence => "partition, hold_id",
        View::Bookings => "partition, booking_id",
        View::Resources => "partition, resource_id",
    }
}

/// Every row of every view, all its columns as text.
pub(crate) async fn dump(pool: &PgPool) -> Vec<String> {
    let mut connection = pool.acquire().await.unwrap();
    dump_schema(&mut connection, "public").await
}

/// The same of the views in a schema.
pub(crate) async fn dump_schema(connection: &mut PgConnection, schema: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for view in View::ALL {
        let (name, key) = (view.name(), key(view));
        let query = format!("select row::text from {schema}.{name} as row order by {key}");
        let view: Vec<String> = sqlx::query_scalar(&query)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        rows.extend(view.into_iter().map(|row| format!("{name} {row}")));
    }
    rows
}
