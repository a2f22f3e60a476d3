//! The codes of all problems: what a client may decide on.

use axum::http::StatusCode;
use domain::rejection::{Ground, RejectionKind};

macro_rules! codes {
    ($($variant:ident $code:literal $status:ident $title:literal)+) => {
        /// A kind of problem, stable for all time: clients decide on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $variant,)+
            /// A rule said no: the domain's own table of refusals has its code and title.
            Refused(RejectionKind),
        }

        impl Code {
            const OWN: &[Self] = &[$(Self::$variant,)+];

            /// Every code there is, in the order of their statuses.
            pub fn all() -> Vec<Self> {
                let refusals = RejectionKind::ALL.iter().copied().map(Self::Refused);
                let mut codes: Vec<_> = Self::OWN.iter().copied().chain(refusals).collect();
                codes.sort_by_key(|code| code.status());
                codes
            }

            /// As it stands in the answer.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Refused(kind) => kind.code(),
                }
            }

            /// The status it always comes with.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)+
                    Self::Refused(kind) => match kind.ground() {
                        Ground::NotThere => StatusCode::NOT_FOUND,
                        Ground::Gone => StatusCode::GONE,
                        Ground::InTheWay => StatusCode::CONFLICT,
                        Ground::NotAsSeen => StatusCode::PRECONDITION_FAILED,
                        Ground::AgainstRule => StatusCode::UNPROCESSABLE_ENTITY,
                    },
                }
            }

            /// What it is about, the same words each time.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                    Self::Refused(kind) => kind.title(),
                }
            }
        }
    };
}

// 400: it can't be read. 422: it was read, and breaks a rule that no change of
// state would lift at once. 409: the state of things is against it.
codes! {
    MalformedRequest "malformed_request" BAD_REQUEST "The request can't be read."
    MalformedJson "malformed_json" BAD_REQUEST "The body is not JSON."
    UnknownField "unknown_field" BAD_REQUEST "The body has a field that does not exist."
    MissingField "missing_field" BAD_REQUEST "The body lacks a field."
    DuplicateField "duplicate_field" BAD_REQUEST "The body has a field twice."
    WrongType "wrong_type" BAD_REQUEST "A field of the body is of another type."
    UnknownParameter "unknown_parameter" BAD_REQUEST "The query has a parameter that does not exist."
    MissingParameter "missing_parameter" BAD_REQUEST "The query lacks a parameter."
    RepeatedParameter "repeated_parameter" BAD_REQUEST "The query has a parameter twice."
    InvalidDays "invalid_days" BAD_REQUEST "Those are no days of resources."
    InvalidResourceId "invalid_resource_id" BAD_REQUEST "That is no resource id."
    InvalidBookingId "invalid_booking_id" BAD_REQUEST "That is no booking id."
    InvalidHoldId "invalid_hold_id" BAD_REQUEST "That is no hold id."
    InvalidExceptionId "invalid_exception_id" BAD_REQUEST "That is no id of an exception."
    InvalidDate "invalid_date" BAD_REQUEST "That is no date."
    InvalidTime "invalid_time" BAD_REQUEST "That is no time."
    InvalidDuration "invalid_duration" BAD_REQUEST "That is no duration."
    InvalidQuantity "invalid_quantity" BAD_REQUEST "That is no number of seats."
    InvalidInterval "invalid_interval" BAD_REQUEST "That is no interval between starts."
    InvalidTimezone "invalid_timezone" BAD_REQUEST "That is no IANA time zone."
    InvalidLimit "invalid_limit" BAD_REQUEST "That is no page size."
    InvalidStatus "invalid_status" BAD_REQUEST "That is no status of a resource."
    InvalidCursor "invalid_cursor" BAD_REQUEST "That is no cursor of this list."
    InvalidPosition "invalid_position" BAD_REQUEST "That is no position."
    PositionElsewhere "position_elsewhere" BAD_REQUEST "The position is of another partition."
    CursorElsewhere "cursor_elsewhere" BAD_REQUEST "The cursor is of another list."
    RepeatedHeader "repeated_header" BAD_REQUEST "A header is there more than once."
    InvalidIdempotencyKey "invalid_idempotency_key" BAD_REQUEST "That is no idempotency key."

    AuthorizationMalformed "authorization_malformed" UNAUTHORIZED "The Authorization header is not a bearer token."
    SessionTokenMissing "session_token_missing" UNAUTHORIZED "A session token is needed."
    SessionTokenMalformed "session_token_malformed" UNAUTHORIZED "That is no session token."
    SessionTokenForged "session_token_forged" UNAUTHORIZED "The session token was not made here."
    SessionTokenExpired "session_token_expired" UNAUTHORIZED "The session is over."
    AdminKeyMissing "admin_key_missing" UNAUTHORIZED "The admin key is needed."
    AuditorKeyMissing "auditor_key_missing" UNAUTHORIZED "The auditor key is needed."
    ManageTokenMissing "manage_token_missing" UNAUTHORIZED "The booking's manage token is needed."

    AdminKeyWrong "admin_key_wrong" FORBIDDEN "That is not the admin key."
    AdminKeyNotConfigured "admin_key_not_configured" FORBIDDEN "This server has no admin key."
    AuditorKeyWrong "auditor_key_wrong" FORBIDDEN "That is not the auditor key."
    AuditorKeyNotConfigured "auditor_key_not_configured" FORBIDDEN "This server has no auditor key."
    ManageTokenWrong "manage_token_wrong" FORBIDDEN "The manage token is not this booking's."

    NotFound "not_found" NOT_FOUND "There is nothing here."
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "This can't be done here."
    RequestTimeout "request_timeout" REQUEST_TIMEOUT "The request did not arrive in time."

    EpochChanged "epoch_changed" CONFLICT "The position is of another history."
    PositionBeyondEnd "position_beyond_end" CONFLICT "The position is beyond the log's end."
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body is too large."
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body is of a type that is not read here."

    DateOutOfRange "date_out_of_range" UNPROCESSABLE_ENTITY "Dates and times lie in the years 1970 to 9999."
    RangeReversed "range_reversed" UNPROCESSABLE_ENTITY "The range ends before it begins."
    TooManyResources "too_many_resources" UNPROCESSABLE_ENTITY "The query names too many resources, or one twice."
    RangeTooLong "range_too_long" UNPROCESSABLE_ENTITY "The range has too many days."
    TooManyRanges "too_many_ranges" UNPROCESSABLE_ENTITY "A stream watches fewer ranges."
    DurationTooLong "duration_too_long" UNPROCESSABLE_ENTITY "No span is longer than 31 days."
    StartNotAligned "start_not_aligned" UNPROCESSABLE_ENTITY "Spans start on a quarter hour."
    InvalidSettings "invalid_settings" UNPROCESSABLE_ENTITY "A resource can't have these settings."
    InvalidException "invalid_exception" UNPROCESSABLE_ENTITY "An exception to opening hours can't be like this."
    InvalidCalendar "invalid_calendar" UNPROCESSABLE_ENTITY "That is no calendar file."
    TooManyAtOnce "too_many_at_once" UNPROCESSABLE_ENTITY "The request is about too many things at once."
    InvalidAttendee "invalid_attendee" UNPROCESSABLE_ENTITY "An attendee can't be like this."

    Internal "internal" INTERNAL_SERVER_ERROR "The server is at fault."
    Busy "busy" SERVICE_UNAVAILABLE "Too many requests are waiting."
    Unavailable "unavailable" SERVICE_UNAVAILABLE "The database can't be reached."
    OutcomeUnknown "outcome_unknown" SERVICE_UNAVAILABLE "Whether it was done is not known."
    Stopping "stopping" SERVICE_UNAVAILABLE "The server is stopping."
    NotYetApplied "not_yet_applied" SERVICE_UNAVAILABLE "The position is not visible here yet."
    TooManyStreams "too_many_streams" SERVICE_UNAVAILABLE "Too many streams are open."
    TooManyDays "too_many_days" SERVICE_UNAVAILABLE "Too many days are watched."
    TimedOut "timed_out" SERVICE_UNAVAILABLE "The answer took too long."
    NotReady "not_ready" SERVICE_UNAVAILABLE "The server is not ready."
}

#[cfg(test)]
mod tests {
    use super::Code;

    const DOCUMENT: &str = include_str!("../../../docs/problems.md");

    #[test]
    fn the_document_lists_every_code_with_its_status_and_no_other() {
        let rows = DOCUMENT.lines().filter(|line| line.starts_with("| <a "));
        let listed: Vec<(String, String)> = rows
            .map(|row| {
                let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
                let [code, status, meaning, what_to_do] = cells[..] else {
                    panic!("a row of four cells: {row}");
                };
                assert!(!meaning.is_empty() && !what_to_do.is_empty(), "{row}");
                let code = code.split('`').nth(1).unwrap_or_default();
                assert!(row.contains(&format!("<a id=\"{code}\">")), "{row}");
                (code.to_owned(), status.to_owned())
            })
            .collect();
        let mut known: Vec<_> = Code::all()
            .into_iter()
            .map(|code| (code.as_str().to_owned(), code.status().as_u16().to_string()))
            .collect();
        let statuses: Vec<_> = listed.iter().map(|(_, status)| status).collect();
        assert!(statuses.is_sorted(), "{statuses:?}");
        let mut listed = listed;
        listed.sort();
        known.sort();
        assert_eq!(listed, known);
    }
}
