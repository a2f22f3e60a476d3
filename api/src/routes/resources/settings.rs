use domain::{
    calendar::{CalendarError, Day, SlotCount},
    resource::{
        HOLD_DEFAULT_MAX_MS, LEASE_CHECKOUT_DEFAULT_MS, LEASE_DEFAULT_MS, ResourceSettings,
        SettingsError, SettingsFields,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    problem::{Code, Problem},
    request::{Whole, is_readable, optional_object},
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
    /// Minutes before a start until which visitors may book it, 0 to 525,600.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schema(value_type = u32)]
    book_notice: Whole,
    /// Minutes before its start until which visitors may move a booking, 0 to 525,600; 0:
    /// until it is over.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schema(value_type = u32)]
    change_notice: Whole,
    /// Minutes before its start until which visitors may cancel a booking, 0 to 525,600; 0:
    /// until it is over.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schema(value_type = u32)]
    cancel_notice: Whole,
    /// How many days after today, in its zone, spans may begin, 0 to 3,660; 731 when absent,
    /// unless there is `lastDay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u32>, nullable = false)]
    horizon_days: Option<Whole>,
    /// The last date, in its zone, on which spans may begin, in place of `horizonDays`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    last_day: Option<String>,
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
            book_notice: notice("bookNotice", self.book_notice)?,
            change_notice: notice("changeNotice", self.change_notice)?,
            cancel_notice: notice("cancelNotice", self.cancel_notice)?,
            horizon_days: self.horizon_days.map(horizon_days).transpose()?,
            last_day: self.last_day.as_deref().map(last_day).transpose()?,
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

fn notice(field: &str, Whole(minutes): Whole) -> Result<u32, Problem> {
    u32::try_from(minutes).map_err(|_| {
        let right = "a notice is 0 to 525600 minutes, which is a year";
        Problem::value(Code::InvalidSettings, field, minutes, right)
    })
}

fn horizon_days(Whole(days): Whole) -> Result<u32, Problem> {
    u32::try_from(days).map_err(|_| {
        let right = "these are days after today, 0 to 3660";
        Problem::value(Code::InvalidSettings, "horizonDays", days, right)
    })
}

fn last_day(text: &str) -> Result<Day, Problem> {
    text.parse().map_err(|error: CalendarError| {
        Problem::value(Code::InvalidSettings, "lastDay", text, error)
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
        SettingsError::Lease { field, .. }
        | SettingsError::Buffer { field, .. }
        | SettingsError::Notice { field, .. } => field,
        SettingsError::HorizonDays(_) => "horizonDays",
        SettingsError::TwoHorizons => "lastDay",
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
            book_notice: Whole(fields.book_notice.into()),
            change_notice: Whole(fields.change_notice.into()),
            cancel_notice: Whole(fields.cancel_notice.into()),
            horizon_days: fields.horizon_days.map(|days| Whole(days.into())),
            last_day: fields.last_day.map(|day| day.to_string()),
            lease_ms: Whole(fields.lease_ms.into()),
            checkout_lease_ms: Whole(fields.checkout_lease_ms.into()),
            hold_max_ms: Whole(fields.hold_max_ms.into()),
        }
    }
}
