//! Several seats of a quarter hour, as clients see them.

use serde_json::json;

use crate::server::{Server, studio};

#[tokio::test]
async fn seats_are_booked_until_none_is_left_and_told_where_that_is_wanted() {
    let server = Server::start().await;
    let mut settings = studio();
    settings["capacity"] = json!(2);
    settings["showSeatsLeft"] = json!(true);
    let put = server.put("studio-a", settings).await.expect(201);
    assert_eq!(put.body["capacity"], 2);
    let (ann, bob) = (server.visitor().await, server.visitor().await);
    let day = "/v1/resources/studio-a/days/2027-03-03?after=";

    let made = ann.book("2027-03-03T13:00:00Z", 60).await.expect(201);
    let read = server.get(&format!("{day}{}", made.position())).await;
    let read = read.expect(200).body;
    assert_eq!(read["busySlots"], json!([]));
    assert_eq!(read["capacity"], 2);
    let left = json!({"52": 1, "53": 1, "54": 1, "55": 1});
    assert_eq!(read["seatsLeft"], left);

    let made = bob.book("2027-03-03T13:00:00Z", 60).await.expect(201);
    let read = server.get(&format!("{day}{}", made.position())).await;
    assert_eq!(read.expect(200).body["busySlots"], json!([52, 53, 54, 55]));
    let refused = ann.book("2027-03-03T13:00:00Z", 60).await.expect(409);
    assert_eq!(refused.body["code"], "booked");
    let slots = "/v1/resources/studio-a/slots?date=2027-03-03&duration=60&quantity=3";
    let refused = server.get(slots).await.expect(422);
    assert_eq!(refused.body["code"], "quantity_not_offered");
}
