use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{BUFFER_MINUTES_MAX, Buffers, Extent, SeatCount, SlotCount, Span},
    hold::Lease,
    hours::WeeklyHours,
};

/// The longest resource name, in characters.
pub const NAME_CHARS_MAX: usize = 120;
/// The most durations a resource may offer.
pub const DURATIONS_MAX: usize = 32;
/// Milliseconds of a presence lease unless the resource says otherwise: the seed's.
pub const LEASE_DEFAULT_MS: u32 = 10_000;
/// Milliseconds of a checkout lease unless the resource says otherwise:
/// browsers slow the timers of background tabs to one a minute.
pub const LEASE_CHECKOUT_DEFAULT_MS: u32 = 300_000;
/// No lease is shorter: beats come at half of it, over slow lines too.
pub const LEASE_SHORTEST_MS: u32 = 5_000;
/// No lease is longer: a closed tab would block a slot for as long.
pub const LEASE_LONGEST_MS: u32 = 600_000;
/// Milliseconds for which a hold can be renewed in all, unless the resource
/// says otherwise.
pub const HOLD_DEFAULT_MAX_MS: u32 = 900_000;
/// No resource may let holds live longer: a day.
pub const HOLD_LONGEST_MS: u32 = 86_400_000;

/// A resource's settings, checked.
///
/// ```
/// use domain::resource::ResourceSettings;
///
/// let settings: ResourceSettings = serde_json::from_str(
///     r#"{"name":"Studio A","timezone":"Europe/Berlin","durations":[300,60,120]}"#,
/// )?;
/// assert_eq!(settings.interval().minutes(), 60);
/// assert!(settings.hours().is_none());
///
/// let refused = serde_json::from_str::<ResourceSettings>(
///     r#"{"name":"Studio A","timezone":"Mars/Olympus","durations":[60]}"#,
/// );
/// assert!(refused.is_err_and(|error| error.to_string().starts_with("timezone: ")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SettingsFields", into = "SettingsFields")]
pub struct ResourceSettings {
    fields: SettingsFields,
    zone: Tz,
    buffers: Buffers,
}

/// A resource's settings as they are written down, in events and requests.
///
/// Events of later versions may hold more; what an older event lacks has its
/// default here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingsFields {
    /// What people call it, 1 to 120 characters.
    pub name: String,
    /// The IANA zone in which its hours are meant.
    pub timezone: String,
    /// The durations on offer, in minutes: this list exactly.
    pub durations: Vec<SlotCount>,
    /// Minutes between two starts; absent: the shortest duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot_interval: Option<SlotCount>,
    /// When it is open, in its zone; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<WeeklyHours>,
    /// Whether a span may run through closed hours, as long as it begins in open
    /// ones and ends in them or when they begin: a hire over several days.
    #[serde(default)]
    pub spans_closed_hours: bool,
    /// Minutes that are kept free before each span, a multiple of 15 up to a day.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub buffer_before: u32,
    /// Minutes that are kept free after each span, a multiple of 15 up to a day.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub buffer_after: u32,
    /// How many seats each quarter hour carries, 1 to 1,000.
    #[serde(default, skip_serializing_if = "SeatCount::is_one")]
    pub capacity: SeatCount,
    /// Whether visitors are told how many seats are left.
    #[serde(default, skip_serializing_if = "is_false")]
    pub show_seats_left: bool,
    /// Milliseconds of a presence lease, 5,000 to 600,000.
    #[serde(default = "lease_default_ms")]
    pub lease_ms: u32,
    /// Milliseconds of a checkout lease, 5,000 to 600,000.
    #[serde(default = "lease_checkout_default_ms")]
    pub checkout_lease_ms: u32,
    /// Milliseconds for which a hold can be renewed in all: at least the
    /// presence lease, at most a day.
    #[serde(default = "hold_default_max_ms")]
    pub hold_max_ms: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
const fn is_false(answer: &bool) -> bool {
    !*answer
}

const fn lease_default_ms() -> u32 {
    LEASE_DEFAULT_MS
}

const fn lease_checkout_default_ms() -> u32 {
    LEASE_CHECKOUT_DEFAULT_MS
}

const fn hold_default_max_ms() -> u32 {
    HOLD_DEFAULT_MAX_MS
}

/// Which setting is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The name.
    #[error("name: must have 1 to 120 characters, not only blanks, no control characters")]
    Name,
    /// The zone.
    #[error("timezone: {0:?} is not an IANA time zone like Europe/Berlin")]
    Timezone(String),
    /// The durations.
    #[error("durations: must be 1 to 32 different multiples of 15 minutes")]
    Durations,
    /// A buffer.
    #[error("{field}: {minutes} is not a multiple of 15 from 0 to {BUFFER_MINUTES_MAX} minutes")]
    Buffer {
        /// Which buffer.
        field: &'static str,
        /// What was asked for.
        minutes: u32,
    },
    /// A lease.
    #[error("{field}: {ms} is not in 5,000 to 600,000 milliseconds")]
    Lease {
        /// Which lease.
        field: &'static str,
        /// What was asked for.
        ms: u32,
    },
    /// The cap on a hold.
    #[error("holdMaxMs: {0} is less than leaseMs or more than 86,400,000 milliseconds")]
    HoldMax(u32),
}

impl TryFrom<SettingsFields> for ResourceSettings {
    type Error = SettingsError;

    fn try_from(mut fields: SettingsFields) -> Result<Self, Self::Error> {
        let name = &fields.name;
        let length = name.chars().count();
        let blank = name.trim().is_empty();
        if blank || length > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(SettingsError::Name);
        }
        let zone = fields.timezone.parse();
        let zone: Tz = zone.map_err(|_| SettingsError::Timezone(fields.timezone.clone()))?;
        let count = fields.durations.len();
        fields.durations.sort_unstable();
        fields.durations.dedup();
        if count == 0 || count > DURATIONS_MAX || count != fields.durations.len() {
            return Err(SettingsError::Durations);
        }
        let buffers = buffers(&fields)?;
        let leases = [
            ("leaseMs", fields.lease_ms),
            ("checkoutLeaseMs", fields.checkout_lease_ms),
        ];
        for (field, ms) in leases {
            if !(LEASE_SHORTEST_MS..=LEASE_LONGEST_MS).contains(&ms) {
                return Err(SettingsError::Lease { field, ms });
            }
        }
        if !(fields.lease_ms..=HOLD_LONGEST_MS).contains(&fields.hold_max_ms) {
            return Err(SettingsError::HoldMax(fields.hold_max_ms));
        }
        Ok(Self {
            fields,
            zone,
            buffers,
        })
    }
}

fn buffers(fields: &SettingsFields) -> Result<Buffers, SettingsError> {
    let (before, after) = (fields.buffer_before, fields.buffer_after);
    for (field, minutes) in [("bufferBefore", before), ("bufferAfter", after)] {
        Buffers::from_minutes(minutes, 0).map_err(|_| SettingsError::Buffer { field, minutes })?;
    }
    Buffers::from_minutes(before, after).map_err(|_| SettingsError::Buffer {
        field: "bufferBefore",
        minutes: before,
    })
}

impl From<ResourceSettings> for SettingsFields {
    fn from(settings: ResourceSettings) -> Self {
        settings.fields
    }
}

impl ResourceSettings {
    /// The version of the events that tell them: the earliest that says all of them, so
    /// that what knows of fewer rules does not read them without the rest.
    pub const fn event_version(&self) -> &'static str {
        let shared = !self.capacity().is_one() || self.fields.show_seats_left;
        match (shared, self.buffers.is_none()) {
            (false, true) => "1.0",
            (false, false) => "1.1",
            (true, _) => "1.2",
        }
    }

    /// The settings as they are written down.
    pub const fn fields(&self) -> &SettingsFields {
        &self.fields
    }

    /// The zone in which its hours are meant.
    pub const fn zone(&self) -> Tz {
        self.zone
    }

    /// When it is open; nothing: always.
    pub const fn hours(&self) -> Option<&WeeklyHours> {
        self.fields.hours.as_ref()
    }

    /// The durations on offer, ascending; never empty.
    pub fn durations(&self) -> &[SlotCount] {
        &self.fields.durations
    }

    /// What lies between two starts unless a viewer asks otherwise: the
    /// resource's interval, else its shortest duration.
    pub fn interval(&self) -> SlotCount {
        self.fields
            .slot_interval
            .or_else(|| self.fields.durations.first().copied())
            .unwrap_or(SlotCount::MAX)
    }

    /// What is kept free beside each span.
    pub const fn buffers(&self) -> Buffers {
        self.buffers
    }

    /// How many seats each quarter hour carries.
    pub const fn capacity(&self) -> SeatCount {
        self.fields.capacity
    }

    /// Whether visitors are told how many seats are left.
    pub const fn shows_seats_left(&self) -> bool {
        self.fields.show_seats_left
    }

    /// All that a hold or a booking of one seat of `span` takes.
    pub fn extent(&self, span: Span) -> Extent {
        Extent::new(span, self.buffers())
    }

    /// Milliseconds of a lease.
    pub fn lease_ms(&self, lease: Lease) -> u64 {
        u64::from(match lease {
            Lease::Presence => self.fields.lease_ms,
            Lease::Checkout => self.fields.checkout_lease_ms,
        })
    }

    /// Milliseconds for which a hold can be renewed in all.
    pub fn hold_max_ms(&self) -> u64 {
        self.fields.hold_max_ms.into()
    }
}
