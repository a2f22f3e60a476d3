//! From when on and until when visitors may book, move and cancel.

use domain::{
    command::{Asker, Command},
    rejection::{Rejection, RejectionKind},
};
use serde_json::{Value, json};

use crate::harness::*;

/// A studio with these settings beside the usual ones.
fn given_studio(changes: &Value) -> World {
    given([studio(settings_with(changes))])
}

fn at_13() -> domain::calendar::Span {
    span("2026-11-24T13:00", 60)
}

/// Session A has booked 13:00 to 14:00 long before, as number 9.
fn booked_at_13(changes: &Value) -> World {
    let mut world = given_studio(changes);
    world.execute(&book(A, at_13()).into(), at(NOW)).unwrap();
    world
}

fn by_operator(
    mut moved: domain::command::RescheduleBooking,
) -> domain::command::RescheduleBooking {
    moved.asker = Asker::Operator;
    moved
}

#[test]
fn a_start_is_held_and_booked_until_its_notice_begins() {
    let world = given_studio(&json!({ "bookNotice": 90 }));
    let last = "2026-11-24T11:30:00Z";
    world.when(last, book(A, at_13())).events();
    world.when(last, beat(A, at_13())).events();
    let late = "2026-11-24T11:30:00.001Z";
    let refused = Rejection::NoticeTooShort {
        start: at_13().start(),
        until: at(last),
    };
    assert_eq!(world.when(late, book(A, at_13())).refused(), refused);
    assert_eq!(world.when(late, beat(A, at_13())).refused(), refused);
    assert_eq!(
        refused.to_string(),
        "2026-11-24T13:00:00.000Z could be asked for until 2026-11-24T11:30:00.000Z"
    );
    // What has passed has passed, whatever the notice.
    let past = world.when("2026-11-24T13:00:00.001Z", book(A, at_13()));
    assert_eq!(past.refused().kind(), RejectionKind::Past);
}

#[test]
fn who_held_before_the_notice_began_can_book_while_the_hold_lives() {
    let mut world = given_studio(&json!({ "bookNotice": 90 }));
    let held = checkout(beat(A, at_13()));
    world
        .execute(&held.clone().into(), at("2026-11-24T11:29:00Z"))
        .unwrap();
    let late = "2026-11-24T11:33:00Z";
    world.when(late, held).events();
    world.when(late, book(A, at_13())).events();
    // Nobody else, and not another span.
    let others = world.when(late, book(B, at_13()));
    assert_eq!(others.refused().kind(), RejectionKind::NoticeTooShort);
    let longer = world.when(late, book(A, span("2026-11-24T13:00", 120)));
    assert_eq!(longer.refused().kind(), RejectionKind::NoticeTooShort);
    let expired = world.when("2026-11-24T11:34:00Z", book(A, at_13()));
    assert_eq!(expired.refused().kind(), RejectionKind::NoticeTooShort);
}

#[test]
fn who_holds_is_not_held_up_by_rules_of_asking_that_come_later() {
    let mut world = given_studio(&json!({}));
    world.execute(&beat(A, at_13()).into(), at(NOW)).unwrap();
    let stricter = settings_with(&json!({ "lastDay": "2026-11-23", "bookNotice": 525_600 }));
    world.execute(&put(stricter).into(), at(NOW)).unwrap();
    world.when(NOW, book(A, at_13())).events();
    let others = world.when(NOW, book(B, at_13()));
    assert_eq!(others.refused().kind(), RejectionKind::NoticeTooShort);
}

#[test]
fn spans_begin_on_the_last_day_of_the_horizon_at_the_latest() {
    // It is Monday the 23rd at 09:00 of UTC, and 22:00 in Auckland.
    let auckland = json!({ "timezone": "Pacific/Auckland", "horizonDays": 1 });
    let world = given_studio(&auckland);
    // 23:45 there, over midnight.
    world
        .when(NOW, book(A, span("2026-11-24T10:45", 60)))
        .events();
    let wednesday = span("2026-11-24T11:00", 60);
    let refused = Rejection::BeyondHorizon {
        start: wednesday.start(),
        last_day: day("2026-11-24").date(),
    };
    assert_eq!(world.when(NOW, book(A, wednesday)).refused(), refused);
    assert_eq!(world.when(NOW, beat(A, wednesday)).refused(), refused);
    // An hour and a bit later, at midnight there, it is a day more.
    let midnight = "2026-11-23T11:00:00Z";
    let before = world.when("2026-11-23T10:59:59.999Z", book(A, wednesday));
    assert_eq!(before.refused(), refused);
    world.when(midnight, book(A, wednesday)).events();
}

#[test]
fn a_last_day_is_one_whenever_somebody_asks() {
    let world = given_studio(&json!({ "timezone": "Europe/Berlin", "lastDay": "2027-10-31" }));
    // The last quarter hour of the Sunday on which the clocks are turned back.
    let last = span("2027-10-31T22:45", 60);
    world.when(NOW, book(A, last)).events();
    let next = span("2027-10-31T23:00", 60);
    let refused = world.when("2027-10-31T12:00:00Z", book(A, next)).refused();
    assert_eq!(
        refused.to_string(),
        "2027-10-31T23:00:00.000Z is after 2027-10-31, the last day that can be booked now"
    );
}

#[test]
fn without_a_horizon_nobody_books_further_ahead_than_two_years() {
    let world = given_studio(&json!({}));
    world
        .when(NOW, book(A, span("2028-11-23T23:45", 60)))
        .events();
    for start in ["2028-11-24T00:00", "9999-12-30T10:00"] {
        let refused = world.when(NOW, book(A, span(start, 60))).refused();
        assert_eq!(refused.kind(), RejectionKind::BeyondHorizon);
    }
}

#[test]
fn what_was_booked_further_ahead_stays_and_can_be_cancelled() {
    let far = span("9999-12-30T10:00", 60);
    let mut world = given([studios(), booked(1, A, far, NOW)]);
    let elsewhere = span("9999-12-30T12:00", 60);
    let refused = world.when(NOW, reschedule(1, elsewhere, None)).refused();
    assert_eq!(refused.kind(), RejectionKind::BeyondHorizon);
    world
        .when(NOW, reschedule(1, span("2026-12-30T10:00", 60), None))
        .events();
    world.execute(&cancel(1), at(NOW)).unwrap();
}

#[test]
fn a_move_keeps_the_notice_before_its_old_start_and_before_its_new_one() {
    let world = booked_at_13(&json!({ "bookNotice": 60, "changeNotice": 120 }));
    let later = reschedule(9, span("2026-11-24T18:00", 60), None);
    let last = "2026-11-24T11:00:00Z";
    world.when(last, later.clone()).events();
    let late = "2026-11-24T11:00:00.001Z";
    let refused = Rejection::TooLateToChange {
        booking_id: booking_id(9),
        until: at(last),
    };
    assert_eq!(world.when(late, later.clone()).refused(), refused);
    world.when(late, by_operator(later)).events();

    let soon = reschedule(9, span("2026-11-24T11:30", 60), None);
    let refused = world
        .when("2026-11-24T10:30:00.001Z", soon.clone())
        .refused();
    assert_eq!(refused.kind(), RejectionKind::NoticeTooShort);
    // The operator too is offered what is listed.
    let refused = world.when("2026-11-24T10:30:00.001Z", by_operator(soon));
    assert_eq!(refused.refused().kind(), RejectionKind::NoticeTooShort);
}

#[test]
fn a_booking_that_keeps_its_start_does_not_ask_for_it_again() {
    let rules = json!({ "bookNotice": 1_440, "durations": [60, 120, 300] });
    let world = booked_at_13(&rules);
    let longer = || reschedule(9, span("2026-11-24T13:00", 120), None);
    world.when("2026-11-24T12:59:00Z", longer()).events();
    // While it runs, too.
    world.when("2026-11-24T13:20:00Z", longer()).events();
    let world = booked_at_13(&json!({ "changeNotice": 1 }));
    let refused = world.when("2026-11-24T13:20:00Z", longer()).refused();
    assert_eq!(refused.kind(), RejectionKind::TooLateToChange);
}

#[test]
fn visitors_cancel_until_the_notice_begins_and_the_operator_always() {
    let world = booked_at_13(&json!({ "cancelNotice": 1_440 }));
    let last = "2026-11-23T13:00:00Z";
    world.when(last, cancel(9)).events();
    let late = "2026-11-23T13:00:00.001Z";
    let refused = world.when(late, cancel(9)).refused();
    assert_eq!(refused.kind(), RejectionKind::TooLateToChange);
    assert_eq!(
        refused.to_string(),
        format!(
            "booking {} could be changed so until 2026-11-23T13:00:00.000Z",
            booking_id(9)
        )
    );
    let operator = Command::cancel(booking_id(9), Asker::Operator);
    world.when(late, operator.clone()).events();
    world.when("2026-11-24T13:30:00Z", operator).events();
}

#[test]
fn cancelling_again_is_answered_as_before_however_late() {
    let mut world = booked_at_13(&json!({ "cancelNotice": 1_440 }));
    world.execute(&cancel(9), at(NOW)).unwrap();
    world.when("2026-11-24T12:00:00Z", cancel(9)).then_nothing();
}

#[test]
fn without_a_notice_a_running_booking_can_be_cancelled() {
    let world = booked_at_13(&json!({ "bookNotice": 60, "changeNotice": 60 }));
    world.when("2026-11-24T13:30:00Z", cancel(9)).events();
}
