//! What an expectation changes of a decision, after any history.

use domain::{
    decide::{Undecided, decide, decide_if},
    facts::Facts,
    precondition::{Precondition, Version, version_of_booking, version_of_resource},
    rejection::{Ground, Rejection},
};
use proptest::prelude::*;

use crate::{
    harness::{World, given},
    laws::{
        cases,
        commands::{any_command, beginning, history},
    },
};

/// The versions of all resources and bookings.
fn versions(world: &World) -> Vec<Version> {
    let resources = ["studio-a", "studio-b"].map(|id| {
        let resource = world.resource(&id.parse().unwrap()).unwrap();
        version_of_resource(resource)
    });
    let bookings = world.bookings().map(version_of_booking);
    resources.into_iter().chain(bookings).flatten().collect()
}

proptest! {
    #![proptest_config(cases(128))]

    /// One that is met changes nothing; one that is not, by whatever was seen at another
    /// time, lets nothing be written.
    #[test]
    fn an_expectation_that_is_not_met_lets_nothing_happen(
        history in history(),
        command in any_command(),
        seen_at in 0..60_usize,
    ) {
        let (mut world, mut now) = (given([]), beginning());
        let mut seen = versions(&world);
        for (nth, step) in history.into_iter().enumerate() {
            now = now.plus_ms(step.after_ms);
            let _refused = world.execute(&step.command, now);
            if nth == seen_at {
                seen = versions(&world);
            }
        }
        let now_seen = versions(&world);
        let plain = decide(&world, &command, now);

        let met = Precondition::OneOf(now_seen.clone());
        let missing = Rejection::NotAsSeen;
        match decide_if(&world, &command, Some(&met), now) {
            Err(Undecided::Rejected(rejection)) if rejection == missing => {
                // There is nothing that could have been seen.
                let known = now_seen.is_empty() || plain.is_ok();
                prop_assert!(known);
            }
            decided => prop_assert_eq!(decided, plain.clone()),
        }

        let gone: Vec<_> = seen.into_iter().filter(|old| !now_seen.contains(old)).collect();
        let unmet = Precondition::OneOf(gone);
        match decide_if(&world, &command, Some(&unmet), now) {
            Ok(decision) => prop_assert!(decision.events.is_empty()),
            Err(Undecided::Rejected(rejection)) => {
                let told = rejection == missing || rejection.kind().ground() == Ground::NotThere;
                prop_assert!(told, "{}", rejection);
            }
            Err(Undecided::NotLoaded(missing)) => panic!("{missing}"),
        }
    }
}
