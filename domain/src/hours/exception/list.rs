use std::ops::Range;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Day, SlotMask, Timestamp},
    hours::slots::touched_slots,
    ids::ExceptionId,
};

use super::{DayHours, Exception};

/// The most exceptions that a resource carries at a time: thirty holidays and as many
/// stretches of maintenance for eight years.
pub const EXCEPTIONS_MAX: usize = 500;

/// A resource's exceptions in the order in which they were added, each with its own id.
///
/// Of two that say something of the same date, the later says what holds, and one date
/// says more than a yearly one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Exceptions(Vec<Exception>);

impl Exceptions {
    /// None.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Exception> {
        self.0.iter()
    }

    /// The one of this id.
    pub fn get(&self, id: ExceptionId) -> Option<&Exception> {
        self.0.iter().find(|exception| exception.id() == id)
    }

    /// Adds one, in place of any of the same id.
    pub fn add(&mut self, exception: Exception) {
        self.remove(exception.id());
        self.0.push(exception);
    }

    /// Takes one out; whether it was there.
    pub fn remove(&mut self, id: ExceptionId) -> bool {
        let before = self.0.len();
        self.0.retain(|exception| exception.id() != id);
        self.0.len() < before
    }

    /// Whether any says what opens on dates.
    pub(in crate::hours) fn any_of_dates(&self) -> bool {
        self.0.iter().any(|exception| exception.stretch().is_none())
    }

    /// The one that says what opens on `date`, with the hours that it gives it.
    pub(in crate::hours) fn on(&self, date: NaiveDate) -> Option<(&Exception, &DayHours)> {
        let of = |yearly: bool| {
            let mut latest_first = self.0.iter().rev();
            latest_first.find_map(|exception| {
                let is_yearly = matches!(exception.when(), super::When::Yearly(..));
                let hours = exception.hours_on(date).filter(|_| is_yearly == yearly)?;
                Some((exception, hours))
            })
        };
        of(false).or_else(|| of(true))
    }

    /// The slots of `day` that stretches close, whole or in part.
    pub(in crate::hours) fn closed_on(&self, day: Day) -> SlotMask {
        let stretches = self.0.iter().filter_map(Exception::stretch);
        stretches.fold(SlotMask::EMPTY, |mask, stretch| {
            mask | touched_slots(day, &stretch)
        })
    }

    /// The stretch added last that closes an instant of `window`.
    pub(in crate::hours) fn closing(&self, window: &Range<Timestamp>) -> Option<&Exception> {
        let touches = |exception: &&Exception| {
            let stretch = exception.stretch();
            stretch.is_some_and(|of| of.start < window.end && window.start < of.end)
        };
        self.0.iter().rev().find(touches)
    }
}
