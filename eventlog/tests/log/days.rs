use domain::stream::StreamId;
use eventlog::{Head, testing::TestDatabase};

use crate::support::{batch, booked, committed, node, resource};

#[tokio::test]
async fn days_that_have_begun_are_found_once_each_and_from_any_on() {
    let database = TestDatabase::new().await;
    let log = node(&database).await;
    let studio = resource("studio-a");
    let partition = log.partition_of(&studio);
    let events = vec![
        booked(&studio, "2031-03-03", 1),
        booked(&studio, "2031-03-01", 1),
        booked(&studio, "2031-03-03", 2),
        booked(&studio, "2031-03-02", 1),
    ];
    let batch = batch(&log, partition, Head::START, events);
    committed(log.append(&batch).await.unwrap());

    let of = |day: &str| StreamId::ResourceDay(studio.clone(), day.parse().unwrap());
    let days = ["2031-03-01", "2031-03-02", "2031-03-03"].map(of);
    let found = log.read_days(partition, None).await.unwrap();
    assert_eq!(found, (days.to_vec(), false));
    let (found, _) = log.read_days(partition, Some(&days[0])).await.unwrap();
    assert_eq!(found, days[1..]);
}
