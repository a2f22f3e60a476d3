//! The table of refusals: one row a kind.
//!
//! Everything that tells one kind from another outside of the rules is made of this
//! table: the codes and statuses of HTTP, the reasons in lists, the kinds of the
//! OpenAPI document and, from that, of the TypeScript client. A kind without a row
//! does not compile, and neither does a row that somebody has forgotten to name.

/// What kind of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// What was named does not exist.
    NotThere,
    /// What was named is gone for good.
    Gone,
    /// The state of things is against it, and may change.
    InTheWay,
    /// It is not, or no longer, as whoever asks has seen it.
    NotAsSeen,
    /// It is against a rule that no other visitor's doing lifts.
    AgainstRule,
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// The request as a whole. No list of starts gives it.
    Request,
    /// The start of the span.
    Start,
    /// Slots of the span, which the refusal names.
    Slots,
}

macro_rules! kinds {
    ($($kind:ident $code:literal $ground:ident $about:ident $title:literal)+) => {
        /// Which rule refuses. Its order is that of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RejectionKind {
            $(#[doc = $title] $kind,)+
        }

        impl RejectionKind {
            /// Every kind there is.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// A stable name: problem details, lists and metrics carry it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)+ }
            }

            /// What kind of no it is.
            pub const fn ground(self) -> Ground {
                match self { $(Self::$kind => Ground::$ground,)+ }
            }

            /// What it is about.
            pub const fn about(self) -> About {
                match self { $(Self::$kind => About::$about,)+ }
            }

            /// What it says, the same words each time.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)+ }
            }
        }
    };
}

kinds! {
    ResourceUnknown "resource_not_found" NotThere Request "There is no such resource."
    BookingUnknown "booking_not_found" NotThere Request "There is no such booking."
    Booked "booked" InTheWay Slots "Slots are booked."
    HeldByOther "held_by_other" InTheWay Slots "Slots are held by another session."
    Buffer "buffer" InTheWay Slots "Slots are kept free between bookings."
    HoldLost "hold_lost" InTheWay Request "The hold has ended."
    BookingCancelled "booking_cancelled" InTheWay Request "The booking is cancelled."
    BookingEnded "booking_ended" InTheWay Request "The booking is over."
    TooManyExceptions "too_many_exceptions" InTheWay Request "The resource carries as many exceptions to its hours as it may."
    NotAsSeen "precondition_failed" NotAsSeen Request "It is not, or no longer, as If-Match says."
    ResourceRetired "resource_retired" Gone Request "The resource is retired."
    Past "past" AgainstRule Start "The start has passed."
    DurationNotOffered "duration_not_offered" AgainstRule Request "The resource does not offer this duration."
    QuantityNotOffered "quantity_not_offered" AgainstRule Request "The resource does not have as many seats."
    Closed "closed" AgainstRule Slots "The resource is closed then."
    HoldMismatch "hold_mismatch" AgainstRule Request "The hold covers another span, or other seats."
    KeyReused "idempotency_key_reused" AgainstRule Request "The idempotency key stands for another request."
}
