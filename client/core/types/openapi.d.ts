// Written from docs/openapi.json by `npm run generate`. Not to be edited.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An exception that a resource has, and whom it meets. */
        readonly AddedHoursException: {
            /**
             * @description The bookings that it closes the time of, the first hundred of them. They stay.
             *     Absent when they could not be looked up in time: they can be read.
             */
            readonly bookings?: readonly components["schemas"]["CoveredBooking"][];
            readonly exception: components["schemas"]["HoursException"];
        };
        /** @description A span that is free. */
        readonly Alternative: {
            /**
             * Format: int32
             * @description Minutes.
             */
            readonly duration: number;
            /**
             * Format: date-time
             * @description Until when, exclusive.
             */
            readonly end: string;
            /**
             * Format: date-time
             * @description From when.
             */
            readonly start: string;
        };
        /**
         * @description Who a booking is for. Lies sealed in the log, and leaves the server only to
         *     those who may manage the booking.
         */
        readonly Attendee: {
            /**
             * Format: email
             * @description At most 254 bytes, as a mail server takes it: no name and no brackets around it.
             */
            readonly email: string;
            /** @description 1 to 200 characters, of which something shows and none hides. */
            readonly name: string;
            /** @description At most 2,000 characters. */
            readonly notes?: string;
        };
        /** @description What each of the resources has. */
        readonly Availabilities: {
            /** @description In the order asked for. */
            readonly resources: readonly components["schemas"]["ResourceAvailability"][];
        };
        /** @description Whether each local day has a start that can be had. */
        readonly Availability: {
            /**
             * @description Of the days without such a start on which an exception to the resource's hours
             *     closes what would be open: its label, by local date; absent when there are none.
             * @example {
             *       "2026-11-25": "Inventory"
             *     }
             */
            readonly closedBy?: {
                readonly [key: string]: string;
            };
            /**
             * @description By local date, ascending.
             * @example {
             *       "2026-11-24": true,
             *       "2026-11-25": false
             *     }
             */
            readonly days: {
                readonly [key: string]: boolean;
            };
        };
        /** @description What to let go of, as `navigator.sendBeacon` can say it: it sets no headers. */
        readonly Beacon: {
            /**
             * Format: uuid
             * @description Only if it is this hold; absent: whichever it is.
             */
            readonly holdId?: string | null;
            /** @description The session's token. */
            readonly token: string;
        };
        /** @description A claim on a span, or its renewal. */
        readonly Beat: {
            /**
             * Format: int32
             * @description Minutes; a duration that the resource offers.
             * @example 60
             */
            readonly duration: number;
            /**
             * Format: uuid
             * @description The hold to renew. With it the beat places and moves nothing: when the
             *     hold has ended, so has the claim.
             */
            readonly holdId?: string | null;
            /** @description Which of the resource's leases the hold is to have from now on. */
            readonly lease?: components["schemas"]["LeaseKind"];
            /**
             * Format: int32
             * @description How many seats, 1 to what the resource carries; 1 when absent.
             */
            readonly quantity?: number;
            /**
             * Format: date-time
             * @description Where the span begins: a quarter hour, RFC 3339.
             * @example 2026-11-24T13:00:00.000Z
             */
            readonly start: string;
        };
        /** @description What is booked, and when. */
        readonly BookedSpan: {
            readonly bookingId: components["schemas"]["BookingName"];
            /** @description When it was made. */
            readonly confirmedAt: components["schemas"]["Time"];
            /**
             * Format: int32
             * @description Minutes.
             */
            readonly duration: number;
            /** @description Exclusive. */
            readonly end: components["schemas"]["Time"];
            /**
             * Format: int32
             * @description How many seats it takes; absent for one.
             */
            readonly quantity?: number;
            readonly resourceId: components["schemas"]["ResourceName"];
            readonly start: components["schemas"]["Time"];
            readonly status: components["schemas"]["BookingStatus"];
        };
        /** @description A page of bookings. */
        readonly BookingList: {
            /** @description By their starts; cancelled ones too. */
            readonly bookings: readonly components["schemas"]["ListedBooking"][];
            /** @description Gives the next page as `cursor`; absent on the last one. */
            readonly nextCursor?: string;
        };
        /**
         * Format: uuid
         * @description The id of a booking: a UUID of version 8.
         */
        readonly BookingName: string;
        /**
         * @description Whether a booking has its slots.
         * @enum {string}
         */
        readonly BookingStatus: "confirmed" | "cancelled";
        /** @description What is kept free before and after a span, in minutes. */
        readonly Buffers: {
            /** Format: int32 */
            readonly after: number;
            /** Format: int32 */
            readonly before: number;
        };
        /** @description A stretch of time. */
        readonly Conflict: {
            /**
             * Format: date-time
             * @description Until when, exclusive.
             */
            readonly end: string;
            /**
             * Format: date-time
             * @description From when.
             */
            readonly start: string;
        };
        /** @description A booking that an exception has closed the time of. */
        readonly CoveredBooking: components["schemas"]["ListedBooking"] & {
            /** @description The label of that exception. */
            readonly closedBy: string;
            /** @description By which exception. */
            readonly exceptionId: components["schemas"]["ExceptionName"];
        };
        /** @description A page of them. */
        readonly CoveredList: {
            /** @description By their starts. */
            readonly bookings: readonly components["schemas"]["CoveredBooking"][];
            /**
             * @description Gives the next page as `cursor`; absent on the last one. A page may be empty and
             *     not the last one.
             */
            readonly nextCursor?: string;
        };
        /** @description What is booked of a UTC day. */
        readonly DailyAvailability: {
            /** @description What the buffers of bookings keep free beside those; absent when nothing. */
            readonly bufferSlots?: components["schemas"]["Slots"];
            /** @description Those in which bookings leave no seat. */
            readonly busySlots: components["schemas"]["Slots"];
            /**
             * Format: int32
             * @description How many seats each quarter hour carries; absent unless the resource wants shown
             *     how many are left.
             */
            readonly capacity?: number;
            /** Format: date */
            readonly date: string;
            readonly resourceId: components["schemas"]["ResourceName"];
            /**
             * @description How many of them bookings leave, by quarter hour, where some are taken; absent like
             *     `capacity`.
             * @example {
             *       "52": 2
             *     }
             */
            readonly seatsLeft?: {
                readonly [key: string]: number;
            };
        };
        /**
         * Format: uuid
         * @description The id of an exception to opening hours.
         */
        readonly ExceptionName: string;
        /** @description How the server is. */
        readonly Health: {
            /** @example ready */
            readonly status: string;
        };
        /** @description A session's hold. */
        readonly Held: {
            /** @description Exclusive. */
            readonly end: components["schemas"]["Time"];
            /** @description When it ends unless a beat renews it. */
            readonly expiresAt: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Milliseconds from the answer to that.
             */
            readonly expiresInMs: number;
            /**
             * Format: int64
             * @description Milliseconds between two beats of a client that keeps it: half a lease.
             */
            readonly heartbeatEveryMs: number;
            readonly holdId: components["schemas"]["HoldName"];
            /**
             * Format: int32
             * @description How many seats it takes; absent for one.
             */
            readonly quantity?: number;
            /** @description No renewal lasts past this instant. */
            readonly renewableUntil: components["schemas"]["Time"];
            readonly start: components["schemas"]["Time"];
        };
        /** @description What a live hold has of one UTC day. Whose it is is not told. */
        readonly HeldDay: {
            /** @description The quarter hours of this day that its buffers keep free; absent when none. */
            readonly bufferSlots?: components["schemas"]["Slots"];
            /** @description What it keeps free beside its span; absent when nothing. */
            readonly buffers?: components["schemas"]["Buffers"];
            /**
             * Format: date
             * @description The UTC day of this entry.
             */
            readonly date: string;
            /** @description Where it ends, on this day or a later one; exclusive. */
            readonly end: components["schemas"]["Time"];
            readonly holdId: components["schemas"]["HoldName"];
            /**
             * Format: int32
             * @description How many seats of each of them; absent for one.
             */
            readonly quantity?: number;
            /** @description Its quarter hours of this day. */
            readonly slots: components["schemas"]["Slots"];
            /** @description Where the hold begins, on this day or an earlier one. */
            readonly start: components["schemas"]["Time"];
        };
        /**
         * Format: uuid
         * @description The id of a hold.
         */
        readonly HoldName: string;
        /**
         * @description An exception to a resource's opening hours: `date` or `yearly`, which may have hours
         *     of their own, or `from` and `to`, between which all is closed.
         */
        readonly HoursException: {
            /**
             * Format: date
             * @description What opens on this local date of the resource's zone.
             */
            readonly date?: string;
            readonly exceptionId: components["schemas"]["ExceptionName"];
            /** @description From this instant on it is closed. */
            readonly from?: components["schemas"]["Time"];
            /** @description When the date is open, instead of its weekday's hours; none: it is closed. */
            readonly hours?: readonly components["schemas"]["Stretch"][];
            /**
             * @description What visitors are told.
             * @example Christmas
             */
            readonly label: string;
            /** @description And until this one, exclusive. */
            readonly to?: components["schemas"]["Time"];
            /**
             * @description What opens on this date of every year: its month and its day.
             * @example 12-25
             */
            readonly yearly?: string;
        };
        /** @description The exceptions to a resource's opening hours. */
        readonly HoursExceptionList: {
            /**
             * @description In the order in which they were added: of two that are about one date the later
             *     says what holds, and one date says more than a yearly one.
             */
            readonly exceptions: readonly components["schemas"]["HoursException"][];
        };
        /** @description Exceptions for many resources. */
        readonly HoursExceptions: {
            /**
             * @description A calendar file (`.ics`) whose events are exceptions that each is to have, too.
             *     Their ids are made of the events' UIDs, so that a file sent again adds none.
             */
            readonly calendar?: string;
            /** @description The exceptions that each is to have. */
            readonly exceptions?: readonly components["schemas"]["NewHoursException"][];
            /** @description The resources, 1 to 200. */
            readonly resources: readonly string[];
        };
        /** @description What became of it for one resource: all of the exceptions are there, or none. */
        readonly HoursExceptionsOfResource: {
            /** @description How many it did not have before. */
            readonly added: number;
            /** @description The bookings that they close the time of, the first hundred of them. They stay. */
            readonly bookings?: readonly components["schemas"]["CoveredBooking"][];
            /** @description Why none of them is there; absent when they are. */
            readonly refused?: components["schemas"]["HoursExceptionsRefused"];
            readonly resourceId: components["schemas"]["ResourceName"];
            /** @description How many it had already. */
            readonly unchanged: number;
        };
        /** @description Why a resource has not the exceptions. */
        readonly HoursExceptionsRefused: {
            /** @description A code of problem details. */
            readonly code: string;
            /** @description What is wrong. */
            readonly detail: string;
        };
        /** @description What became of it, resource by resource. */
        readonly HoursExceptionsResult: {
            /** @description In the order of the request. */
            readonly results: readonly components["schemas"]["HoursExceptionsOfResource"][];
            /** @description The events of the calendar file that no exception can say, in its order. */
            readonly skipped: readonly components["schemas"]["SkippedEvent"][];
        };
        /**
         * @description Which of a resource's leases.
         * @enum {string}
         */
        readonly LeaseKind: "presence" | "checkout";
        /** @description What to let go of. */
        readonly Leaving: {
            /**
             * Format: uuid
             * @description Only if it is this hold; absent: whichever it is.
             */
            readonly holdId?: string | null;
        };
        /** @description A booking in a list. Who it is for is told by the booking itself. */
        readonly ListedBooking: components["schemas"]["BookedSpan"] & {
            /** @description When something happened to it last. */
            readonly changedAt: components["schemas"]["Time"];
        };
        /** @description A booking that was made, as it is now. */
        readonly MadeBooking: components["schemas"]["BookedSpan"] & {
            readonly attendee: null | components["schemas"]["Attendee"];
            /** @description Lets its bearer read, move and cancel the booking. */
            readonly manageToken: string;
        };
        /** @description What to book, and for whom. */
        readonly NewBooking: {
            readonly attendee: components["schemas"]["Attendee"];
            /**
             * Format: int32
             * @description Minutes; a duration that the resource offers.
             * @example 60
             */
            readonly duration: number;
            /**
             * Format: int32
             * @description How many seats, 1 to what the resource carries; 1 when absent.
             */
            readonly quantity?: number;
            /**
             * @description The resource.
             * @example studio-a
             */
            readonly resourceId: string;
            /**
             * Format: date-time
             * @description Where the span begins: a quarter hour, RFC 3339.
             * @example 2026-11-24T13:00:00.000Z
             */
            readonly start: string;
        };
        /**
         * @description An exception to opening hours that is to be: one of `date`, `yearly`, or `from` and
         *     `to`.
         */
        readonly NewHoursException: {
            /**
             * Format: date
             * @description A local date of the resource's zone.
             */
            readonly date?: string;
            /**
             * Format: uuid
             * @description Its id. What has this id already is replaced; one that says the same stays as it
             *     is. Made of all that the exception says when absent, so that the same request
             *     sent twice adds one.
             */
            readonly exceptionId?: string;
            /**
             * Format: date-time
             * @description The instant from which on it is closed.
             */
            readonly from?: string;
            /** @description When the date is open, instead of its weekday's hours; closed when none or absent. */
            readonly hours?: readonly components["schemas"]["Stretch"][];
            /**
             * @description What visitors are told: 1 to 120 characters.
             * @example Christmas
             */
            readonly label: string;
            /**
             * Format: date-time
             * @description The instant until which it is closed, exclusive.
             */
            readonly to?: string;
            /**
             * @description A date of every year: its month and its day.
             * @example 12-25
             */
            readonly yearly?: string;
        };
        /** @description Where to move a booking to. At least one of the two is there; the other stays. */
        readonly NewSpan: {
            /**
             * Format: int32
             * @description Minutes; a duration that the resource offers.
             * @example 60
             */
            readonly duration?: number;
            /**
             * Format: date-time
             * @description Where the span begins: a quarter hour, RFC 3339.
             * @example 2026-11-24T13:00:00.000Z
             */
            readonly start?: string;
        };
        /** @description The next start that can be had. */
        readonly Next: {
            readonly next: null | components["schemas"]["NextSpan"];
            /** @description Before when was looked: two years from now. */
            readonly until: components["schemas"]["Time"];
        };
        /** @description A start, and what choosing it would cover. */
        readonly NextSpan: {
            /** @description Exclusive. */
            readonly end: components["schemas"]["Time"];
            readonly start: components["schemas"]["Time"];
        };
        /** @description The live holds of some days. */
        readonly Presence: {
            /** @description One entry for each day that a hold touches, by date and start. */
            readonly holds: readonly components["schemas"]["HeldDay"][];
        };
        /**
         * @description An error, as problem details of RFC 9457. A kind of problem may have further
         *     members, which `/problems` lists.
         */
        readonly Problem: {
            /**
             * @description Up to five spans that are free, where somebody has what was asked for: the nearest
             *     starts first, then shorter spans. Somebody may be faster again.
             */
            readonly alternatives?: readonly components["schemas"]["Alternative"][];
            /**
             * Format: int32
             * @description How many a quarter hour of the resource carries.
             */
            readonly capacity?: number;
            /** @description Why the server is not ready, by names. */
            readonly causes?: readonly string[];
            /** @enum {string} */
            readonly code: "malformed_request" | "malformed_json" | "unknown_field" | "missing_field" | "duplicate_field" | "wrong_type" | "unknown_parameter" | "missing_parameter" | "repeated_parameter" | "invalid_days" | "invalid_resource_id" | "invalid_booking_id" | "invalid_hold_id" | "invalid_exception_id" | "invalid_date" | "invalid_time" | "invalid_duration" | "invalid_quantity" | "invalid_interval" | "invalid_timezone" | "invalid_limit" | "invalid_status" | "invalid_cursor" | "invalid_position" | "position_elsewhere" | "cursor_elsewhere" | "repeated_header" | "invalid_idempotency_key" | "authorization_malformed" | "session_token_missing" | "session_token_malformed" | "session_token_forged" | "session_token_expired" | "admin_key_missing" | "auditor_key_missing" | "manage_token_missing" | "admin_key_wrong" | "admin_key_not_configured" | "auditor_key_wrong" | "auditor_key_not_configured" | "manage_token_wrong" | "not_found" | "resource_not_found" | "booking_not_found" | "method_not_allowed" | "request_timeout" | "epoch_changed" | "position_beyond_end" | "booked" | "held_by_other" | "buffer" | "hold_lost" | "booking_cancelled" | "booking_ended" | "too_many_exceptions" | "resource_retired" | "precondition_failed" | "body_too_large" | "unsupported_media_type" | "date_out_of_range" | "range_reversed" | "too_many_resources" | "range_too_long" | "too_many_ranges" | "duration_too_long" | "start_not_aligned" | "invalid_settings" | "invalid_exception" | "invalid_calendar" | "too_many_at_once" | "invalid_attendee" | "past" | "duration_not_offered" | "quantity_not_offered" | "closed" | "hold_mismatch" | "idempotency_key_reused" | "internal" | "busy" | "unavailable" | "outcome_unknown" | "stopping" | "not_yet_applied" | "too_many_streams" | "too_many_days" | "timed_out" | "not_ready";
            /**
             * Format: int64
             * @description The column of that line, from 1.
             */
            readonly column?: number;
            /** @description What stood in the way, when slots did: stretches of time, ascending. */
            readonly conflicts?: readonly components["schemas"]["Conflict"][];
            /** @description What is wrong this time, for people. */
            readonly detail: string;
            /**
             * Format: int32
             * @description The duration that was asked for, in minutes.
             */
            readonly duration?: number;
            /** @description When the booking ended. */
            readonly end?: string;
            /** @description Which field, parameter or header is wrong. */
            readonly field?: string;
            /** @description What the hold covers. */
            readonly held?: components["schemas"]["Conflict"];
            /** @description The hold that has ended. */
            readonly holdId?: string;
            /** @description The request's id, as in `X-Request-Id` and in the server's log. */
            readonly instance: string;
            /**
             * Format: int64
             * @description The limit that was passed.
             */
            readonly limit?: number;
            /**
             * Format: int64
             * @description The line of the body where it stops making sense, from 1.
             */
            readonly line?: number;
            /** @description The durations that the resource offers, in minutes. */
            readonly offered?: readonly number[];
            /**
             * Format: int32
             * @description How many seats were asked for.
             */
            readonly quantity?: number;
            /**
             * Format: int64
             * @description Milliseconds after which trying again makes sense.
             */
            readonly retryAfterMs?: number;
            /** @description The start that has passed. */
            readonly start?: string;
            /**
             * Format: int32
             * @description The status of the answer.
             * @example 409
             */
            readonly status: number;
            /** @description What kind it is, for people; the same words each time. */
            readonly title: string;
            /**
             * @description Where this kind of problem is described.
             * @example /problems#held_by_other
             */
            readonly type: string;
            /** @description The wrong value, shortened. */
            readonly value?: string;
        };
        /** @description A booking as it is now. */
        readonly ReadBooking: components["schemas"]["BookedSpan"] & {
            readonly attendee: null | components["schemas"]["Attendee"];
            /** @description When something happened to it last. */
            readonly changedAt: components["schemas"]["Time"];
            /** @description Whether the attendee was erased. */
            readonly erased: boolean;
        };
        /**
         * @description A rule said no, against the current state; nothing was written.
         * @enum {string}
         */
        readonly Refusal: "resource_not_found" | "booking_not_found" | "booked" | "held_by_other" | "buffer" | "hold_lost" | "booking_cancelled" | "booking_ended" | "too_many_exceptions" | "precondition_failed" | "resource_retired" | "past" | "duration_not_offered" | "quantity_not_offered" | "closed" | "hold_mismatch" | "idempotency_key_reused";
        /** @description A resource and all its settings. */
        readonly Resource: components["schemas"]["Settings"] & {
            readonly resourceId: components["schemas"]["ResourceName"];
            readonly status: components["schemas"]["ResourceStatus"];
            /**
             * @description What is odd about the settings, as the answer of a change tells it; absent when
             *     nothing is.
             */
            readonly warnings?: readonly components["schemas"]["SettingsWarning"][];
        };
        /** @description A resource's days, or why it has none. */
        readonly ResourceAvailability: {
            /** @description Why this resource, asked alone, would be refused. */
            readonly code?: components["schemas"]["Refusal"];
            /**
             * @description By local date, ascending: whether it has a start that can be had. Absent beside
             *     `code`.
             * @example {
             *       "2026-11-24": true,
             *       "2026-11-25": false
             *     }
             */
            readonly days?: {
                readonly [key: string]: boolean;
            };
            /**
             * Format: int32
             * @description The minutes that were looked for; absent beside `code`.
             */
            readonly duration?: number;
            readonly resourceId: components["schemas"]["ResourceName"];
        };
        /** @description A page of resources. */
        readonly ResourceList: {
            /** @description Gives the next page as `cursor`; absent on the last one. */
            readonly nextCursor?: string;
            /** @description Open ones, or retired ones, in the order of their ids. */
            readonly resources: readonly components["schemas"]["Resource"][];
        };
        /**
         * @description The name of a resource: 1 to 64 lower-case letters, digits, '-', '_' or
         *     '.', the first of them a letter or digit.
         * @example studio-a
         */
        readonly ResourceName: string;
        /**
         * @description Whether a resource takes holds and bookings.
         * @enum {string}
         */
        readonly ResourceStatus: "open" | "retired";
        /** @description A session that has begun. */
        readonly Session: {
            /** @description The first instant at which the token is no longer taken. */
            readonly expiresAt: components["schemas"]["Time"];
            readonly sessionId: components["schemas"]["SessionName"];
            /** @description Goes with the session's requests as `Authorization: Bearer TOKEN`. */
            readonly token: string;
        };
        /**
         * Format: uuid
         * @description The id of a session.
         */
        readonly SessionName: string;
        /** @description A resource's settings, all of them: what is left out has its default. */
        readonly Settings: {
            /**
             * Format: int32
             * @description Minutes that are kept free after each span: a multiple of 15 from 0 to 1440.
             *     What is booked keeps the buffers that it was booked with.
             */
            readonly bufferAfter?: number;
            /**
             * Format: int32
             * @description Minutes that are kept free before each span: a multiple of 15 from 0 to 1440.
             */
            readonly bufferBefore?: number;
            /**
             * Format: int32
             * @description How many seats each quarter hour carries, 1 to 1,000: that many may hold and book
             *     it at a time, or fewer of more seats each. What is booked stays when it is lowered.
             */
            readonly capacity?: number;
            /**
             * Format: int32
             * @description Milliseconds of a checkout lease, 5,000 to 600,000.
             */
            readonly checkoutLeaseMs?: number;
            /**
             * @description The durations on offer, in minutes: this list exactly, 1 to 32 multiples
             *     of 15.
             * @example [
             *       60,
             *       120,
             *       300
             *     ]
             */
            readonly durations: readonly number[];
            /**
             * Format: int32
             * @description Milliseconds for which a hold can be renewed in all: at least the
             *     presence lease, at most a day.
             */
            readonly holdMaxMs?: number;
            /** @description When it is open; always when absent. */
            readonly hours?: components["schemas"]["Week"];
            /**
             * Format: int32
             * @description Milliseconds of a presence lease, 5,000 to 600,000.
             */
            readonly leaseMs?: number;
            /**
             * @description What people call it: 1 to 120 characters.
             * @example Studio A
             */
            readonly name: string;
            /** @description Whether visitors are told how many seats are left. */
            readonly showSeatsLeft?: boolean;
            /**
             * Format: int32
             * @description Minutes between two starts; the shortest duration when absent.
             */
            readonly slotInterval?: number;
            /**
             * @description Whether a span may run through closed hours, as long as it begins in open
             *     ones and ends in them or when they begin.
             */
            readonly spansClosedHours?: boolean;
            /**
             * @description The IANA zone in which its hours are meant.
             * @example Europe/Berlin
             */
            readonly timezone: string;
        };
        /** @description A setting that stands and does nothing, or hides something. */
        readonly SettingsWarning: {
            /** @description What is odd about it, for people. */
            readonly detail: string;
            /**
             * @description Which setting.
             * @example durations
             */
            readonly field: string;
        };
        /** @description An event of a calendar file that no exception can say. */
        readonly SkippedEvent: {
            /** @description Its UID or, without one, its summary. */
            readonly event: string;
            /** @description Why. */
            readonly why: string;
        };
        /** @description One start, and what choosing it would cover. */
        readonly Slot: {
            /** @description Whether it can be had, unless another session holds part of it. */
            readonly available: boolean;
            /**
             * @description The label of the exception to the resource's hours by which it is closed; absent
             *     when that is not why.
             */
            readonly closedBy?: string;
            /** @description Exclusive. */
            readonly end: components["schemas"]["Time"];
            /** @description Why it can't be had; absent when it can. */
            readonly reason?: components["schemas"]["UnavailableReason"];
            /**
             * Format: int32
             * @description How many seats bookings leave of it, buffers included; absent unless the resource
             *     wants that shown.
             */
            readonly seatsLeft?: number;
            readonly start: components["schemas"]["Time"];
        };
        /** @description The starts of a local day. */
        readonly SlotList: {
            /** @description What each of them would keep free beside its span; absent when nothing. */
            readonly buffers?: components["schemas"]["Buffers"];
            /**
             * Format: int32
             * @description How many seats each quarter hour carries; absent for one.
             */
            readonly capacity?: number;
            /**
             * @description The exceptions to the resource's hours that say something of the day; absent
             *     when there are none.
             */
            readonly exceptions?: readonly components["schemas"]["HoursException"][];
            /** @description Ascending. */
            readonly slots: readonly components["schemas"]["Slot"][];
        };
        /**
         * @description Refusals that name the times in the way, as `conflicts`.
         * @enum {string}
         */
        readonly SlotRefusal: "booked" | "held_by_other" | "buffer" | "closed";
        /**
         * @description Quarter hours of a UTC day: 0 is 00:00, 95 is 23:45; ascending.
         * @example [
         *       52,
         *       53,
         *       54,
         *       55
         *     ]
         */
        readonly Slots: readonly number[];
        /** @description One stretch of opening, within the weekday or past its midnight. */
        readonly Stretch: {
            /**
             * @description From when: a quarter hour of the wall clock.
             * @example 09:00
             */
            readonly from: string;
            /**
             * @description Until when, exclusive, at most 24:00; before `from`, it is the next day's.
             * @example 17:00
             */
            readonly to: string;
        };
        /**
         * Format: date-time
         * @description An instant: RFC 3339 in UTC, with milliseconds.
         * @example 2026-11-24T13:00:00.000Z
         */
        readonly Time: string;
        /**
         * @description Which rule refuses a start. Lists leave holds out.
         * @enum {string}
         */
        readonly UnavailableReason: "booked" | "held_by_other" | "buffer" | "past" | "closed";
        /** @description A week's opening hours in the resource's zone; a day left out is closed. */
        readonly Week: {
            /** @default [] */
            readonly fri?: readonly components["schemas"]["Stretch"][];
            /** @default [] */
            readonly mon?: readonly components["schemas"]["Stretch"][];
            /** @default [] */
            readonly sat?: readonly components["schemas"]["Stretch"][];
            /** @default [] */
            readonly sun?: readonly components["schemas"]["Stretch"][];
            /** @default [] */
            readonly thu?: readonly components["schemas"]["Stretch"][];
            /** @default [] */
            readonly tue?: readonly components["schemas"]["Stretch"][];
            /** @default [] */
            readonly wed?: readonly components["schemas"]["Stretch"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
