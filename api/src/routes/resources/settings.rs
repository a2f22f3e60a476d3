use domain::{
    calendar::{SeatCount, SlotCount},
    resource::{
        HOLD_DEFAULT_MAX_MS, LEASE_CHECKOUT_DEFAULT_MS, LEASE_DEFAULT_MS, ResourceSettings,
        SettingsError, SettingsFields,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    problem::{Code, Problem},
    request::{Whole, is_readable, one, optional_object},
};

use super::hours::Week;

/// A resource's settings, all of them: what is left out has its default.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Settings {
    /// What people call it: 1 to 120 characters.
    #[schema(example = "Studio A")]
    name: String,
    /// The IANA zone in which its hours are meant.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    /// The durations on offer, in minutes: this list exactly, 1 to 32 multiples
    /// of 15.
    #[schema(value_type = Vec<u32>, example = json!([60, 120, 300]))]
    durations: Vec<Whole>,
    /// Minutes between two starts; the shortest duration when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u32>, nullable = false)]
    slot_interval: Option<Whole>,
    /// When it is open; always when absent.
    #[serde(
        default,
        deserialize_with = "optional_object",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    hours: Option<Week>,
    /// Whether a span may run through closed hours, as long as it begins in open
    /// ones and ends in them or when they begin.
    #[serde(default)]
    spans_closed_hours: bool,
    /// Minutes that are kept free before each span: a multiple of 15 from 0 to 1440.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schema(value_type = u32)]
    buffer_before: Whole,
    /// Minutes that are kept free after each span: a multiple of 15 from 0 to 1440.
    /// What is booked keeps the buffers that it was booked with.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schema(value_type = u32)]
    buffer_after: Whole,
    /// How many seats each quarter hour carries, 1 to 1,000: that many may hold and book
    /// it at a time, or fewer of more seats each. What is booked stays when it is lowered.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schema(value_type = u16, minimum = 1, maximum = 1000)]
    capacity: Whole,
    /// Whether visitors are told how many seats are left.
    #[serde(default, skip_serializing_if = "is_false")]
    show_seats_left: bool,
    /// Milliseconds of a presence lease, 5,000 to 600,000.
    #[serde(default = "lease_ms")]
    #[schema(value_type = u32)]
    lease_ms: Whole,
    /// Milliseconds of a checkout lease, 5,000 to 600,000.
    #[serde(default = "checkout_lease_ms")]
    #[schema(value_type = u32)]
    checkout_lease_ms: Whole,
    /// Milliseconds for which a hold can be renewed in all: at least the
    /// presence lease, at most a day.
    #[serde(default = "hold_max_ms")]
    #[schema(value_type = u32)]
    hold_max_ms: Whole,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
const fn is_zero(number: &Whole) -> bool {
    number.0 == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
const fn is_one(number: &Whole) -> bool {
    number.0 == 1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
const fn is_false(answer: &bool) -> bool {
    !*answer
}

fn lease_ms() -> Whole {
    Whole(LEASE_DEFAULT_MS.into())
}

fn checkout_lease_ms() -> Whole {
    Whole(LEASE_CHECKOUT_DEFAULT_MS.into())
}

fn hold_max_ms() -> Whole {
    Whole(HOLD_DEFAULT_MAX_MS.into())
}

impl Settings {
    /// The settings, checked.
    ///
    /// # Errors
    ///
    /// `invalid_settings`, naming the field.
    pub(super) fn read(self) -> Result<ResourceSettings, Problem> {
        if !is_readable(&self.name) {
            let right = "something of a name is to show, and nothing to hide";
            return Err(Problem::value(
                Code::InvalidSettings,
                "name",
                self.name,
                right,
            ));
        }
        let durations = self.durations.iter().enumerate();
        let durations =
            durations.map(|(nth, minutes)| count(&format!("durations[{nth}]"), *minutes));
        let interval = self
            .slot_interval
            .map(|minutes| count("slotInterval", minutes));
        let fields = SettingsFields {
            name: self.name,
            timezone: self.timezone,
            durations: durations.collect::<Result<_, _>>()?,
            slot_interval: interval.transpose()?,
            hours: self.hours.as_ref().map(Week::read).transpose()?,
            spans_closed_hours: self.spans_closed_hours,
            buffer_before: buffer("bufferBefore", self.buffer_before)?,
            buffer_after: buffer("bufferAfter", self.buffer_after)?,
            capacity: capacity(self.capacity)?,
            show_seats_left: self.show_seats_left,
            lease_ms: ms("leaseMs", self.lease_ms)?,
            checkout_lease_ms: ms("checkoutLeaseMs", self.checkout_lease_ms)?,
            hold_max_ms: ms("holdMaxMs", self.hold_max_ms)?,
        };
        let settings = ResourceSettings::try_from(fields).map_err(|error| refused(&error))?;
        match settings.never_work() {
            Some(oddity) => Err(Problem::new(Code::InvalidSettings, oddity.to_string())
                .member("field", oddity.field())),
            None => Ok(settings),
        }
    }
}

fn count(field: &str, Whole(minutes): Whole) -> Result<SlotCount, Problem> {
    let count = u32::try_from(minutes).ok();
    let count = count.and_then(|minutes| SlotCount::from_minutes(minutes).ok());
    count.ok_or_else(|| {
        let right = "minutes are multiples of 15, up to 44640, which is 31 days";
        Problem::value(Code::InvalidSettings, field, minutes, right)
    })
}

fn buffer(field: &str, Whole(minutes): Whole) -> Result<u32, Problem> {
    u32::try_from(minutes).map_err(|_| {
        let right = "minutes are multiples of 15 from 0 to 1440";
        Problem::value(Code::InvalidSettings, field, minutes, right)
    })
}

fn capacity(Whole(seats): Whole) -> Result<SeatCount, Problem> {
    let count = u16::try_from(seats).ok().and_then(SeatCount::new);
    count.ok_or_else(|| {
        let right = "capacities are whole numbers of seats, 1 to 1000";
        Problem::value(Code::InvalidSettings, "capacity", seats, right)
    })
}

fn ms(field: &str, Whole(ms): Whole) -> Result<u32, Problem> {
    u32::try_from(ms).map_err(|_| {
        let right = "these are milliseconds, a day at most";
        Problem::value(Code::InvalidSettings, field, ms, right)
    })
}

fn refused(error: &SettingsError) -> Problem {
    let field = match error {
        SettingsError::Name => "name",
        SettingsError::Timezone(_) => "timezone",
        SettingsError::Durations => "durations",
        SettingsError::Lease { field, .. } | SettingsError::Buffer { field, .. } => field,
        SettingsError::HoldMax(_) => "holdMaxMs",
    };
    Problem::new(Code::InvalidSettings, error.to_string()).member("field", field)
}

impl From<&ResourceSettings> for Settings {
    fn from(settings: &ResourceSettings) -> Self {
        let fields = settings.fields();
        let minutes = |count: &SlotCount| Whole(count.minutes().into());
        Self {
            name: fields.name.clone(),
            timezone: fields.timezone.clone(),
            durations: fields.durations.iter().map(minutes).collect(),
            slot_interval: fields.slot_interval.as_ref().map(minutes),
            hours: fields.hours.as_ref().map(Week::from),
            spans_closed_hours: fields.spans_closed_hours,
            buffer_before: Whole(fields.buffer_before.into()),
            buffer_after: Whole(fields.buffer_after.into()),
            capacity: Whole(fields.capacity.get().into()),
            show_seats_left: fields.show_seats_left,
            lease_ms: Whole(fields.lease_ms.into()),
            checkout_lease_ms: Whole(fields.checkout_lease_ms.into()),
            hold_max_ms: Whole(fields.hold_max_ms.into()),
        }
    }
}
