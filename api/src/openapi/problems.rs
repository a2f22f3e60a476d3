//! Which problems each operation may end in.

#![cfg_attr(
    not(test),
    expect(clippy::enum_glob_use, reason = "the whole file is lists of them")
)]

use domain::rejection::{About, RejectionKind, RejectionKind::*};

use crate::problem::Code::{self, *};

/// Whatever is asked.
const ANY: &[Code] = &[Internal, RepeatedHeader];
/// With a JSON body.
const BODY: &[Code] = &[
    MalformedRequest,
    MalformedJson,
    UnknownField,
    MissingField,
    DuplicateField,
    WrongType,
    UnsupportedMediaType,
    BodyTooLarge,
    RequestTimeout,
];
/// With parameters in the query.
const QUERY: &[Code] = &[UnknownParameter, RepeatedParameter];
/// With a range of days.
const RANGE: &[Code] = &[
    MissingParameter,
    InvalidDate,
    DateOutOfRange,
    RangeReversed,
    RangeTooLong,
];
/// With `after`.
const AFTER: &[Code] = &[
    InvalidPosition,
    PositionElsewhere,
    EpochChanged,
    PositionBeyondEnd,
    NotYetApplied,
];
/// With a resource in the path.
const RESOURCE: &[Code] = &[
    MalformedRequest,
    InvalidResourceId,
    Refused(ResourceUnknown),
];
/// With a booking in the path.
const BOOKING: &[Code] = &[MalformedRequest, InvalidBookingId, Refused(BookingUnknown)];
/// In the name of a session.
const SESSION: &[Code] = &[
    AuthorizationMalformed,
    SessionTokenMissing,
    SessionTokenMalformed,
    SessionTokenForged,
    SessionTokenExpired,
];
/// With the admin key.
const ADMIN: &[Code] = &[
    AuthorizationMalformed,
    AdminKeyMissing,
    AdminKeyWrong,
    AdminKeyNotConfigured,
];
/// With a booking's manage token, or what may stand in for it.
const MANAGER: &[Code] = &[
    AuthorizationMalformed,
    ManageTokenMissing,
    ManageTokenWrong,
    AdminKeyWrong,
    SessionTokenMalformed,
    SessionTokenForged,
    SessionTokenExpired,
];
/// Reading.
const READ: &[Code] = &[Unavailable, TimedOut, EpochChanged];
/// Writing, which takes no parameters.
const WRITE: &[Code] = &[
    Busy,
    Unavailable,
    OutcomeUnknown,
    Stopping,
    UnknownParameter,
];
/// Asking for a span, beside the refusals that are about one.
const SPAN: &[Code] = &[
    InvalidTime,
    DateOutOfRange,
    InvalidDuration,
    DurationTooLong,
    StartNotAligned,
    InvalidQuantity,
    Refused(ResourceRetired),
    Refused(DurationNotOffered),
    Refused(QuantityNotOffered),
];
/// Listing starts.
const LIST: &[Code] = &[
    MissingParameter,
    InvalidDuration,
    DurationTooLong,
    InvalidQuantity,
    InvalidTimezone,
    Refused(ResourceRetired),
    Refused(DurationNotOffered),
    Refused(QuantityNotOffered),
];

/// With an exception to opening hours in the body.
const EXCEPTION: &[Code] = &[
    InvalidException,
    InvalidExceptionId,
    InvalidDate,
    InvalidTime,
    DateOutOfRange,
];

/// The problems of each operation, by its id.
const OPERATIONS: &[(&str, &[&[Code]])] = &[
    (
        "beginSession",
        &[ANY, BODY, &[OutcomeUnknown, UnknownParameter]],
    ),
    (
        "listResources",
        &[
            ANY,
            QUERY,
            AFTER,
            READ,
            &[InvalidStatus, InvalidCursor, CursorElsewhere, InvalidLimit],
        ],
    ),
    ("getResource", &[ANY, RESOURCE, QUERY, AFTER, READ]),
    (
        "putResource",
        &[
            ANY,
            RESOURCE,
            BODY,
            ADMIN,
            WRITE,
            &[InvalidSettings, Refused(NotAsSeen)],
        ],
    ),
    (
        "patchResource",
        &[
            ANY,
            RESOURCE,
            BODY,
            ADMIN,
            WRITE,
            &[
                InvalidSettings,
                Refused(ResourceRetired),
                Refused(NotAsSeen),
            ],
        ],
    ),
    (
        "retireResource",
        &[ANY, RESOURCE, ADMIN, WRITE, &[Refused(NotAsSeen)]],
    ),
    ("listExceptions", &[ANY, RESOURCE, QUERY, AFTER, READ]),
    (
        "addException",
        &[
            ANY,
            RESOURCE,
            BODY,
            ADMIN,
            WRITE,
            EXCEPTION,
            &[Refused(ResourceRetired), Refused(TooManyExceptions)],
        ],
    ),
    (
        "removeException",
        &[
            ANY,
            RESOURCE,
            ADMIN,
            WRITE,
            &[InvalidExceptionId, Refused(ResourceRetired)],
        ],
    ),
    (
        "listCoveredBookings",
        &[ANY, RESOURCE, QUERY, ADMIN, AFTER, READ, &[InvalidCursor]],
    ),
    (
        "addExceptions",
        &[
            ANY,
            BODY,
            ADMIN,
            EXCEPTION,
            &[
                UnknownParameter,
                InvalidResourceId,
                InvalidCalendar,
                TooManyAtOnce,
            ],
        ],
    ),
    (
        "getMonthAvailability",
        &[ANY, RESOURCE, QUERY, RANGE, LIST, AFTER, READ],
    ),
    (
        "getAvailability",
        &[
            ANY,
            QUERY,
            RANGE,
            AFTER,
            READ,
            &[
                InvalidResourceId,
                TooManyResources,
                InvalidDuration,
                DurationTooLong,
                InvalidTimezone,
            ],
        ],
    ),
    (
        "getNextFree",
        &[
            ANY,
            RESOURCE,
            QUERY,
            LIST,
            AFTER,
            READ,
            &[InvalidDate, InvalidTime, DateOutOfRange],
        ],
    ),
    (
        "getDailyAvailability",
        &[
            ANY,
            RESOURCE,
            QUERY,
            AFTER,
            READ,
            &[InvalidDate, DateOutOfRange],
        ],
    ),
    (
        "getDaySlots",
        &[
            ANY,
            RESOURCE,
            QUERY,
            LIST,
            AFTER,
            READ,
            &[InvalidDate, DateOutOfRange, InvalidInterval],
        ],
    ),
    (
        "getDatePresence",
        &[ANY, RESOURCE, QUERY, RANGE, AFTER, READ],
    ),
    (
        "watchDays",
        &[
            ANY,
            RESOURCE,
            QUERY,
            RANGE,
            &[Unavailable, TooManyStreams, TooManyDays, EpochChanged],
        ],
    ),
    (
        "watchManyDays",
        &[
            ANY,
            QUERY,
            RANGE,
            &[
                InvalidDays,
                InvalidResourceId,
                TooManyRanges,
                Unavailable,
                TooManyStreams,
                TooManyDays,
                EpochChanged,
            ],
        ],
    ),
    (
        "heartbeat",
        &[
            ANY,
            RESOURCE,
            BODY,
            SESSION,
            SPAN,
            WRITE,
            &[InvalidHoldId, Refused(HoldLost), Refused(HoldMismatch)],
        ],
    ),
    (
        "leave",
        &[ANY, RESOURCE, BODY, SESSION, WRITE, &[InvalidHoldId]],
    ),
    (
        "bookSlots",
        &[
            ANY,
            BODY,
            SESSION,
            SPAN,
            WRITE,
            &[
                InvalidResourceId,
                Refused(ResourceUnknown),
                InvalidAttendee,
                InvalidIdempotencyKey,
                Refused(KeyReused),
            ],
        ],
    ),
    (
        "listBookings",
        &[
            ANY,
            QUERY,
            RANGE,
            ADMIN,
            AFTER,
            READ,
            &[
                InvalidResourceId,
                Refused(ResourceUnknown),
                InvalidCursor,
                CursorElsewhere,
                InvalidLimit,
            ],
        ],
    ),
    ("getBooking", &[ANY, BOOKING, MANAGER, QUERY, AFTER, READ]),
    (
        "rescheduleBooking",
        &[
            ANY,
            BOOKING,
            MANAGER,
            BODY,
            SPAN,
            WRITE,
            &[
                Refused(BookingCancelled),
                Refused(BookingEnded),
                Refused(NotAsSeen),
            ],
        ],
    ),
    (
        "cancelBooking",
        &[
            ANY,
            BOOKING,
            MANAGER,
            WRITE,
            &[Refused(BookingEnded), Refused(NotAsSeen)],
        ],
    ),
    (
        "followLog",
        &[
            ANY,
            QUERY,
            &[
                AuthorizationMalformed,
                AuditorKeyMissing,
                AuditorKeyWrong,
                AuditorKeyNotConfigured,
                InvalidCursor,
                CursorElsewhere,
                EpochChanged,
                TooManyStreams,
            ],
        ],
    ),
    ("ready", &[ANY, &[NotReady, TimedOut]]),
    ("live", &[ANY]),
    ("metrics", &[ANY]),
    ("openapi", &[ANY]),
    ("problems", &[ANY]),
];

/// The problems of an operation, in no order; none for one that is not known.
pub(super) fn of(operation_id: &str) -> Vec<Code> {
    let Some((_, groups)) = OPERATIONS.iter().find(|(id, _)| *id == operation_id) else {
        return Vec::new();
    };
    let mut codes = groups.concat();
    if groups.contains(&SPAN) {
        let kinds = RejectionKind::ALL.iter().copied();
        let of_spans = kinds.filter(|kind| kind.about() != About::Request);
        codes.extend(of_spans.map(Refused));
    }
    codes
}
