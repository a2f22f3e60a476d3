//! How a node comes to know what time it is.

use eventlog::{Log, testing::TestDatabase};

use crate::support::settings;

/// Whoever connects with a path to it gets it for PostgreSQL's own clock: its first answer
/// is an hour old and long under way.
const SLOW_AT_FIRST: &str = "
    create schema fake;
    create sequence fake.readings;
    create function fake.clock_timestamp() returns timestamptz language plpgsql volatile as $$
    declare
        answered timestamptz := pg_catalog.clock_timestamp() + interval '1.1 seconds';
    begin
        if nextval('fake.readings') > 1 then
            return pg_catalog.clock_timestamp();
        end if;
        while pg_catalog.clock_timestamp() < answered loop
        end loop;
        return pg_catalog.clock_timestamp() - interval '1 hour';
    end $$;
";

#[tokio::test]
async fn a_first_reading_that_was_long_under_way_is_not_believed() {
    let database = TestDatabase::new().await;
    sqlx::raw_sql(SLOW_AT_FIRST)
        .execute(database.pool())
        .await
        .unwrap();
    let path = [("search_path", "fake,public,pg_catalog")];
    let pool = eventlog::pool(database.options().options(path), 4);
    let log = Log::open(pool, settings()).await.unwrap();
    let readings = "select last_value from fake.readings";
    let readings: i64 = sqlx::query_scalar(readings)
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert!(readings > 1, "the clock was read once");
    let late = "select pg_catalog.clock_timestamp() - $1 > interval '30 minutes'";
    let late: bool = sqlx::query_scalar(late)
        .bind(log.clock().now().to_datetime())
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert!(!late, "the clock is an hour behind");
}
