//! Links over which nothing comes any more, and nobody says so.

use eventlog::{
    failed, on_connection,
    testing::{Proxy, TestDatabase},
};
use sqlx::{Executor, PgPool};

use crate::support::soon;

/// A question that is not answered while somebody else has the lock.
const LONG: &str = "select pg_advisory_lock(7) as waited";

async fn asked(pool: &PgPool) -> bool {
    let asked = sqlx::query_scalar("select exists (select from pg_stat_activity where query = $1)");
    asked.bind(LONG).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn a_question_that_is_given_up_on_a_dead_link_gives_its_place_back() {
    let database = TestDatabase::new().await;
    let proxy = Proxy::new(database.options()).unwrap();
    let pool = eventlog::pool(proxy.options(), 1);
    let mut lock = database.pool().acquire().await.unwrap();
    lock.execute("select pg_advisory_lock(7)").await.unwrap();
    let asking = on_connection(&pool, "asking", async |connection| {
        let patient = connection.execute("set lock_timeout = 0; set statement_timeout = 0");
        patient.await.map_err(failed("asking"))?;
        connection.execute(LONG).await.map_err(failed("asking"))
    });
    let is_asked = async { while !asked(database.pool()).await {} };
    tokio::select! {
        ended = asking => panic!("{ended:?}"),
        () = soon(is_asked) => proxy.freeze_all(),
    }
    // The one place of the pool is free, though the link's end is in nobody's hand.
    let answer = on_connection(&pool, "asking again", async |connection| {
        sqlx::query_scalar::<_, i32>("select 1")
            .fetch_one(connection)
            .await
            .map_err(failed("asking again"))
    });
    assert_eq!(answer.await.unwrap(), 1);
}
