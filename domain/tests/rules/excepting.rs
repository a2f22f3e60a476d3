//! Exceptions to opening hours: how they come and go, and what they leave alone.

use std::convert::Infallible;

use domain::{
    calendar::{SeatCount, Timestamp},
    command::{AddExceptions, Command, RemoveException},
    decide::Outcome,
    hours::{EXCEPTIONS_MAX, Exception},
    ids::ResourceId,
    listing::{ListQuery, list},
    rejection::Rejection,
    resource::Terms,
    resource_day::DayTaken,
};
use serde_json::json;

use crate::harness::*;

fn add(exceptions: Vec<Exception>) -> Command {
    Command::AddExceptions(AddExceptions {
        resource: studio_a(),
        exceptions,
    })
}

fn remove(number: u8) -> Command {
    Command::RemoveException(RemoveException {
        resource: studio_a(),
        exception: exception_id(number),
    })
}

/// Closed on the 24th of November.
fn inventory() -> Exception {
    exception(
        1,
        "Inventory",
        &json!({ "date": "2026-11-24", "hours": [] }),
    )
}

#[test]
fn an_exception_is_added_once_replaced_by_its_id_and_taken_out() {
    let date = json!({ "date": "2026-11-24", "hours": [] });
    let outcome = given([studios()])
        .when(NOW, add(vec![inventory()]))
        .then([excepted(1, "Inventory", &date)]);
    let added = vec![exception_id(1)];
    assert_eq!(outcome, Outcome::ExceptionsAdded { added });

    let world = given([studios(), excepted(1, "Inventory", &date)]);
    let outcome = world.when(NOW, add(vec![inventory()])).then_nothing();
    assert_eq!(outcome, Outcome::ExceptionsAdded { added: vec![] });
    let other = exception(1, "Stocktaking", &date);
    world
        .when(NOW, add(vec![inventory(), other]))
        .then([no_longer_excepted(1), excepted(1, "Stocktaking", &date)]);
    world.when(NOW, remove(1)).then([no_longer_excepted(1)]);
    let outcome = world.when(NOW, remove(2)).then_nothing();
    assert_eq!(outcome, Outcome::ExceptionRemoved);
}

#[test]
fn a_closed_date_is_refused_and_what_is_booked_on_it_stays() {
    let at_13 = span("2026-11-24T13:00", 60);
    let world = given([studios(), booked(1, B, at_13, NOW)]);
    assert_eq!(world.when(NOW, add(vec![inventory()])).events().len(), 1);
    let date = json!({ "date": "2026-11-24", "hours": [] });
    let world = given([
        studios(),
        booked(1, B, at_13, NOW),
        excepted(1, "Inventory", &date),
    ]);
    let closed = ["2026-11-24T15:00/2026-11-24T16:00"];
    let at_15 = span("2026-11-24T15:00", 60);
    world
        .when(NOW, book(A, at_15))
        .refused_for("closed", &closed);
    world
        .when(NOW, beat(A, at_15))
        .refused_for("closed", &closed);
    assert!(!world.when(NOW, cancel(1)).events().is_empty());
    let next_day = span("2026-11-25T13:00", 60);
    assert!(
        !world
            .when(NOW, reschedule(1, next_day, None))
            .events()
            .is_empty()
    );
}

#[test]
fn settings_come_and_go_and_leave_exceptions() {
    let date = json!({ "date": "2026-11-24", "hours": [] });
    let other = settings_with(&json!({ "name": "Studio B" }));
    let mut world = given([studios(), excepted(1, "Inventory", &date), retired(NOW)]);
    world.execute(&put(other).into(), at(NOW)).unwrap();
    let at_15 = span("2026-11-24T15:00", 60);
    let closed = ["2026-11-24T15:00/2026-11-24T16:00"];
    world
        .when(NOW, book(A, at_15))
        .refused_for("closed", &closed);
}

#[test]
fn what_is_not_open_has_no_exceptions_to_change() {
    let unknown: ResourceId = studio_a();
    let world = given([]);
    let refused = Rejection::ResourceUnknown(unknown);
    assert_eq!(world.when(NOW, add(vec![inventory()])).refused(), refused);
    assert_eq!(world.when(NOW, remove(1)).refused(), refused);
    let world = given([studios(), retired(NOW)]);
    let refused = Rejection::ResourceRetired(studio_a());
    assert_eq!(world.when(NOW, add(vec![inventory()])).refused(), refused);
    assert_eq!(world.when(NOW, remove(1)).refused(), refused);
}

#[test]
fn a_resource_carries_so_many_exceptions_and_no_more() {
    let nth = |nth: usize| {
        let id = domain::ids::ExceptionId::derive(&[&nth.to_string()]);
        let stretch = json!({
            "exceptionId": id, "label": "Closed",
            "from": "2026-11-24T13:00:00.000Z", "to": "2026-11-24T14:00:00.000Z",
        });
        serde_json::from_value::<Exception>(stretch).unwrap()
    };
    let mut world = given([studios()]);
    let most = add((0..EXCEPTIONS_MAX).map(nth).collect());
    world.execute(&most, at(NOW)).unwrap();
    world.when(NOW, most).then_nothing();
    let refused = world
        .when(NOW, add(vec![nth(0), nth(EXCEPTIONS_MAX)]))
        .refused();
    assert_eq!(refused, Rejection::TooManyExceptions(studio_a()));
    assert_eq!(refused.code(), "too_many_exceptions");
}

/// The starts of a day with the label by which each is closed.
fn labels(terms: &Terms, date: &str) -> Vec<(String, Option<String>)> {
    let start: Timestamp = at(&format!("{date}T00:00:00Z"));
    let query = ListQuery {
        duration: minutes(60),
        interval: minutes(60),
        quantity: SeatCount::ONE,
        window: start..start.plus_ms(86_400_000),
    };
    let free = |_| Ok::<_, Infallible>(DayTaken::default());
    let listed = list(terms, &query, at(NOW), free).unwrap();
    let told = listed.iter().map(|slot| {
        let exception = slot.closed_by.and_then(|id| terms.exceptions.get(id));
        let label = exception.map(|exception| exception.label().to_string());
        (slot.span.start().to_string()[11..13].to_owned(), label)
    });
    told.collect()
}

#[test]
fn a_list_tells_the_label_of_what_closes_and_of_nothing_else() {
    let hours = json!({ "tue": [{ "from": "10:00", "to": "13:30" }] });
    let mut world = terms(settings_with(&json!({ "hours": hours })));
    let boiler = json!({ "from": "2026-11-24T11:10:00Z", "to": "2026-11-24T11:20:00Z" });
    world.exceptions.add(exception(1, "New boiler", &boiler));
    let told = |start: &str, label: Option<&str>| (start.to_owned(), label.map(str::to_owned));
    // The last ends after the hours of every week, which no exception does.
    let expected = [
        told("10", None),
        told("11", Some("New boiler")),
        told("12", None),
        told("13", None),
    ];
    assert_eq!(labels(&world, "2026-11-24"), expected);

    // A date with shorter hours closes what would be open.
    let short = json!({ "date": "2026-11-24", "hours": [{ "from": "10:00", "to": "12:15" }] });
    world.exceptions.add(exception(2, "Short day", &short));
    let expected = [
        told("10", None),
        told("11", Some("New boiler")),
        told("12", Some("Short day")),
    ];
    assert_eq!(labels(&world, "2026-11-24"), expected);
    let day = at("2026-11-24T00:00:00Z")..at("2026-11-25T00:00:00Z");
    let times = world.opening_times();
    let labels = times.exceptions_in(&day);
    assert_eq!(
        labels.iter().map(|one| one.id()).collect::<Vec<_>>(),
        [exception_id(1), exception_id(2)]
    );
    assert_eq!(
        times.closing_in(&day).map(Exception::id),
        Some(exception_id(1))
    );
}

#[test]
fn a_night_belongs_to_the_date_on_which_it_opens_and_closes_with_it() {
    let night = json!([{ "from": "22:00", "to": "02:00" }]);
    let hours = json!({ "mon": night, "tue": night });
    let mut terms = terms(settings_with(&json!({ "hours": hours })));
    // Tuesday is closed: Monday's night is not, Tuesday's is.
    let tuesday = json!({ "date": "2026-11-24", "hours": [] });
    terms.exceptions.add(exception(1, "Closed", &tuesday));
    let open = |date: &str| terms.opening_times().mask(day(date)).to_string();
    assert_eq!(open("2026-11-23"), "88-95");
    assert_eq!(open("2026-11-24"), "0-7");
    assert_eq!(open("2026-11-25"), "");
}

#[test]
fn exceptions_that_can_not_be_do_not_read() {
    let read = |when: serde_json::Value| {
        let mut fields = json!({ "exceptionId": exception_id(1), "label": "Closed" });
        fields
            .as_object_mut()
            .unwrap()
            .extend(when.as_object().unwrap().clone());
        serde_json::from_value::<Exception>(fields).map_err(|error| error.to_string())
    };
    let refused = [
        (json!({}), "it must say one of"),
        (
            json!({ "date": "2026-11-24", "yearly": "11-24" }),
            "it must say one of",
        ),
        (
            json!({ "from": "2026-11-24T11:00:00Z" }),
            "it must say one of",
        ),
        (json!({ "yearly": "02-30" }), "yearly: "),
        (
            json!({ "from": "2026-11-24T11:00:00Z", "to": "2026-11-24T11:00:00Z" }),
            "to: ",
        ),
        (
            json!({ "from": "2026-11-24T11:00:00Z", "to": "2026-11-24T12:00:00Z", "hours": [] }),
            "hours: a stretch",
        ),
        (
            json!({ "date": "2026-11-24", "hours": [{ "from": "09:00", "to": "11:00" }, { "from": "10:00", "to": "12:00" }] }),
            "hours: 09:00-11:00 overlaps",
        ),
        (
            json!({ "date": "2026-11-24", "hours": [{ "from": "9", "to": "11:00" }] }),
            "hours: 9-11:00: ",
        ),
        (json!({ "date": "2026-11-24", "label": "" }), "label: "),
    ];
    for (when, words) in refused {
        let error = read(when.clone()).unwrap_err();
        assert!(error.starts_with(words), "{when}: {error}");
    }
    assert!(read(json!({ "yearly": "02-29" })).is_ok());
}
