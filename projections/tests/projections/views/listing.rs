//! Lists of resources.

use domain::{command::Command, ids::ResourceId, resource::Resource};
use eventlog::{Log, testing::TestDatabase};
use projections::view;

use crate::support::{Node, PATIENCE, World, put};

async fn names(log: &Log, after: Option<&ResourceId>, limit: u32) -> Vec<String> {
    let rows = view::list_resources(log, after, limit).await.unwrap();
    rows.into_iter().map(|row| row.id.to_string()).collect()
}

#[tokio::test]
async fn open_resources_of_all_partitions_come_in_the_order_of_their_ids_page_by_page() {
    let database = TestDatabase::new().await;
    let node = Node::of(&database, 4).await;
    let mut world = World::new(&node.log).await;
    let ids: Vec<ResourceId> = ["b", "a.1", "a-1", "c", "a"]
        .map(|id| id.parse().unwrap())
        .into();
    for id in &ids {
        world.does(put(id, "Studio")).await;
    }
    world.does(Command::RetireResource(ids[3].clone())).await;
    let runner = node.run_views(1);
    for partition in node.log.partitions() {
        let head = node.log.head(partition).await.unwrap().position;
        runner
            .progress
            .wait_for(partition, head, PATIENCE)
            .await
            .unwrap();
    }

    let log = &node.log;
    let all = names(log, None, 100).await;
    let mut open: Vec<_> = ids
        .iter()
        .map(ToString::to_string)
        .filter(|id| id != "c")
        .collect();
    open.sort();
    assert_eq!(all, open);
    let first = names(log, None, 2).await;
    let after = first[1].parse().unwrap();
    let rest = names(log, Some(&after), 100).await;
    assert_eq!([first, rest].concat(), all);
}

#[tokio::test]
async fn a_listed_resource_has_its_settings_and_when_they_changed() {
    let database = TestDatabase::new().await;
    let node = Node::new(&database).await;
    let mut world = World::new(&node.log).await;
    let id: ResourceId = "studio-a".parse().unwrap();
    world.does(put(&id, "at first")).await;
    world.now = world.now.plus_ms(1_000);
    let end = world.does(put(&id, "Studio A")).await;
    let runner = node.run_views(1);
    let partition = node.log.partition_of(&id);
    runner
        .progress
        .wait_for(partition, end, PATIENCE)
        .await
        .unwrap();

    let rows = view::list_resources(&node.log, None, 10).await.unwrap();
    let resource: &Resource = &world.streams().resources[&id];
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0].resource, rows[0].changed_at),
        (resource, world.now)
    );
}
