//! Exceptions to opening hours: who may add them, what lists, holds, months and streams
//! say of them, and whom they meet.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    server::{ADMIN_KEY, Server, studio},
    stream::Stream,
};

const PATH: &str = "/v1/resources/studio-a/exceptions";

async fn post(server: &Server, path: &str, body: &Value) -> Answer {
    let send = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY).json(body);
    server.send(Method::POST, path, send).await
}

async fn remove(server: &Server, id: &str) -> Answer {
    let path = format!("{PATH}/{id}");
    let send = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    server.send(Method::DELETE, &path, send).await
}

fn closed(date: &str, label: &str) -> Value {
    json!({ "date": date, "hours": [], "label": label })
}

/// Of UTC, Mondays 09:00 to 13:00; 2031-03-03 is one.
async fn office(server: &Server) {
    let mut settings = studio();
    settings["timezone"] = json!("UTC");
    settings["hours"] = json!({"mon": [{"from": "09:00", "to": "13:00"}]});
    server.put("studio-a", settings).await.expect(201);
}

/// What a list says of a day: its starts with reason and label, and its exceptions' labels.
async fn listed(server: &Server, date: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let path = format!("/v1/resources/studio-a/slots?date={date}&duration=60&after={after}");
    let list = server.get(&path).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let slots = list.body["slots"].as_array().unwrap().iter();
    let slots = slots.map(|slot| {
        let start = text(&slot["start"]);
        format!(
            "{} {} {}",
            &start[11..16],
            text(&slot["reason"]),
            text(&slot["closedBy"])
        )
    });
    let exceptions = list.body["exceptions"].as_array();
    let exceptions = exceptions.into_iter().flatten();
    let labels = exceptions.map(|exception| text(&exception["label"]));
    (slots.collect(), labels.collect())
}

#[tokio::test]
async fn a_closed_day_is_listed_with_its_label_refused_and_opened_again() {
    let server = Server::start().await;
    office(&server).await;
    let ann = server.visitor().await;
    let added = post(&server, PATH, &closed("2031-03-03", "Inventory"))
        .await
        .expect(201);
    let id = added.body["exception"]["exceptionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let after = added.position();
    let (slots, labels) = listed(&server, "2031-03-03", &after).await;
    assert_eq!((slots, labels), (vec![], vec!["Inventory".to_owned()]));
    let path = format!(
        "/v1/resources/studio-a/availability?from=2031-03-03&to=2031-03-10&duration=60&after={after}"
    );
    let month = server.get(&path).await.expect(200);
    assert_eq!(month.body["days"]["2031-03-03"], false);
    assert_eq!(month.body["days"]["2031-03-10"], true);
    assert_eq!(month.body["closedBy"], json!({ "2031-03-03": "Inventory" }));
    ann.beat("2031-03-03T09:00:00Z", 60)
        .await
        .problem(422, "closed");
    ann.book("2031-03-03T09:00:00Z", 60)
        .await
        .problem(422, "closed");

    // Settings that are put leave it alone; the same again adds nothing.
    let mut settings = studio();
    settings["timezone"] = json!("UTC");
    let put = server.put("studio-a", settings).await.expect(200);
    let heads = server.heads().await;
    let again = post(&server, PATH, &closed("2031-03-03", "Inventory"))
        .await
        .expect(200);
    assert_eq!(again.body["exception"], added.body["exception"]);
    assert_eq!(server.heads().await, heads);
    let list = server
        .get(&format!("{PATH}?after={}", put.position()))
        .await
        .expect(200);
    assert_eq!(list.body["exceptions"], json!([added.body["exception"]]));

    let removed = remove(&server, &id).await.expect(204);
    remove(&server, &id).await.expect(204);
    let list = server
        .get(&format!("{PATH}?after={}", removed.position()))
        .await
        .expect(200);
    assert_eq!(list.body["exceptions"], json!([]));
    ann.book("2031-03-03T09:00:00Z", 60).await.expect(201);
}

#[tokio::test]
async fn what_is_booked_stays_and_is_listed_as_covered() {
    let server = Server::start().await;
    office(&server).await;
    let ann = server.visitor().await;
    let made = ann.book("2031-03-03T11:00:00Z", 60).await.expect(201);
    ann.book("2031-03-03T09:00:00Z", 60).await.expect(201);
    let boiler = json!({ "from": "2031-03-03T11:50:00Z", "to": "2031-03-03T20:00:00Z", "label": "New boiler" });
    let added = post(&server, PATH, &boiler).await.expect(201);
    let covered = added.body["bookings"].as_array().unwrap();
    assert_eq!(covered.len(), 1);
    assert_eq!(covered[0]["bookingId"], made.body["bookingId"]);
    assert_eq!(
        (&covered[0]["closedBy"], &covered[0]["status"]),
        (&json!("New boiler"), &json!("confirmed"))
    );

    let path = format!("{PATH}/bookings?after={}", added.position());
    let send = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let read = server.send(Method::GET, &path, send).await.expect(200);
    assert_eq!(read.body["bookings"], added.body["bookings"]);
    server.get(&path).await.problem(401, "admin_key_missing");

    let (slots, labels) = listed(&server, "2031-03-03", &added.position()).await;
    let told = [
        "09:00 booked ",
        "10:00  ",
        "11:00 closed New boiler",
        "12:00 closed New boiler",
    ];
    assert_eq!(
        (slots, labels),
        (
            told.map(str::to_owned).to_vec(),
            vec!["New boiler".to_owned()]
        )
    );

    let booking = format!("/v1/bookings/{}", made.text_of("bookingId"));
    let send = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let cancelled = server
        .send(Method::DELETE, &booking, send)
        .await
        .expect(200);
    let path = format!("{PATH}/bookings?after={}", cancelled.position());
    let send = |request: RequestBuilder| request.bearer_auth(ADMIN_KEY);
    let read = server.send(Method::GET, &path, send).await.expect(200);
    assert_eq!(read.body["bookings"], json!([]));
}

#[tokio::test]
async fn a_date_may_have_hours_of_its_own_and_one_date_says_more_than_a_yearly_one() {
    let server = Server::start().await;
    office(&server).await;
    // 2031-03-05 is a Wednesday.
    let yearly =
        json!({ "yearly": "03-05", "hours": [{"from": "09:00", "to": "10:00"}], "label": "Fair" });
    post(&server, PATH, &yearly).await.expect(201);
    let later = json!({ "date": "2031-03-05", "hours": [{"from": "20:00", "to": "21:00"}], "label": "Late fair" });
    let added = post(&server, PATH, &later).await.expect(201);
    let (slots, labels) = listed(&server, "2031-03-05", &added.position()).await;
    assert_eq!(
        (slots, labels),
        (vec!["20:00  ".to_owned()], vec!["Late fair".to_owned()])
    );
    let (slots, labels) = listed(&server, "2032-03-05", &added.position()).await;
    assert_eq!(
        (slots, labels),
        (vec!["09:00  ".to_owned()], vec!["Fair".to_owned()])
    );
}

#[tokio::test]
async fn a_calendar_file_closes_days_of_many_resources_and_is_read_again_without_doubles() {
    let server = Server::start().await;
    office(&server).await;
    let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\nSUMMARY:Carnival\r\n\
        DTSTART;VALUE=DATE:20310303\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b@example.org\r\n\
        DTSTART;VALUE=DATE:20310304\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let body = json!({ "resources": ["studio-a", "nobody"], "calendar": file });
    let result = |answer: &Answer| answer.body["results"].clone();
    let first = post(&server, "/v1/exceptions", &body).await.expect(200);
    assert_eq!(result(&first)[0]["added"], 1);
    assert_eq!(result(&first)[1]["refused"]["code"], "resource_not_found");
    assert_eq!(first.body["skipped"][0]["event"], "b@example.org");
    let heads = server.heads().await;
    let again = post(&server, "/v1/exceptions", &body).await.expect(200);
    assert_eq!(
        (&result(&again)[0]["added"], &result(&again)[0]["unchanged"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(server.heads().await, heads);

    let moved = body.to_string().replace("20310303", "20310310");
    let moved: Value = serde_json::from_str(&moved).unwrap();
    let moved = post(&server, "/v1/exceptions", &moved).await.expect(200);
    assert_eq!(result(&moved)[0]["added"], 1);
    let list = server.get(PATH).await.expect(200);
    let dates = list.body["exceptions"].as_array().unwrap().iter();
    assert_eq!(
        dates.map(|one| one["date"].clone()).collect::<Vec<_>>(),
        ["2031-03-10"]
    );

    let no_calendar = json!({ "resources": ["studio-a"], "calendar": "hello" });
    post(&server, "/v1/exceptions", &no_calendar)
        .await
        .problem(422, "invalid_calendar");
    let nobody = json!({ "resources": [], "calendar": file });
    post(&server, "/v1/exceptions", &nobody)
        .await
        .problem(422, "too_many_at_once");
}

#[tokio::test]
async fn exceptions_that_can_not_be_are_refused_by_field() {
    let server = Server::start().await;
    office(&server).await;
    let cases = [
        (json!({ "label": "x" }), "date"),
        (
            json!({ "label": "x", "date": "2031-03-03", "yearly": "03-03" }),
            "date",
        ),
        (json!({ "label": " ", "date": "2031-03-03" }), "label"),
        (json!({ "label": "x", "yearly": "02-30" }), "yearly"),
        (
            json!({ "label": "x", "from": "2031-03-03T09:00:00Z", "to": "2031-03-03T09:00:00Z" }),
            "to",
        ),
        (
            json!({ "label": "x", "from": "2031-03-03T09:00:00Z", "to": "2031-03-03T10:00:00Z", "hours": [] }),
            "hours",
        ),
        (
            json!({ "label": "x", "date": "2031-03-03", "hours": [{"from": "09:00", "to": "09:00"}] }),
            "hours[0]",
        ),
        (
            json!({ "label": "x", "date": "2031-03-03", "hours": [{"from": "09:00", "to": "11:00"}, {"from": "10:00", "to": "12:00"}] }),
            "hours",
        ),
    ];
    for (body, field) in cases {
        let refused = post(&server, PATH, &body)
            .await
            .problem(422, "invalid_exception");
        assert_eq!(refused.body["field"], field, "{body}");
    }
    let body = json!({ "label": "x", "date": "2031-02-30" });
    post(&server, PATH, &body)
        .await
        .problem(400, "invalid_date");
    let body = json!({ "label": "x", "date": "2031-02-03", "exceptionId": "x" });
    post(&server, PATH, &body)
        .await
        .problem(400, "invalid_exception_id");
    let plain = |request: RequestBuilder| request.json(&closed("2031-03-03", "x"));
    let refused = server.send(Method::POST, PATH, plain).await;
    refused.problem(401, "admin_key_missing");
}

#[tokio::test]
async fn viewers_are_told_when_a_resource_s_exceptions_change() {
    let server = Server::with_studio().await;
    let days = "/v1/resources/studio-a/events?from=2031-03-03&to=2031-03-03";
    let plain = |request: RequestBuilder| request;
    let mut stream = Stream::open(&server, days, plain).await;
    let first = stream.round().await;
    let resource = ("resource".to_owned(), String::new());
    assert!(first.told().contains(&resource));

    let added = post(&server, PATH, &closed("2031-03-03", "Inventory"))
        .await
        .expect(201);
    let round = stream.round().await;
    assert_eq!(round.told(), std::slice::from_ref(&resource));
    assert_eq!(round.id, added.position());

    // Who comes back with an id of before is told, and who has seen it is not.
    let came_back = |id: String| move |request: RequestBuilder| request.header("Last-Event-ID", id);
    let mut late = Stream::open(&server, days, came_back(first.id)).await;
    assert_eq!(late.round().await.told(), [resource]);
    let mut told = Stream::open(&server, days, came_back(round.id)).await;
    assert_eq!(told.round().await.told(), []);
    // Who connects again may have read a list before.
    let mut fresh = Stream::open(&server, days, plain).await;
    assert_eq!(fresh.round().await.frames.len(), 3);
}
