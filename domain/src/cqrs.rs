//! The aggregates as [`cqrs_es`] knows them: thin adapters over the pure
//! functions, so that its frameworks and stores run on our streams.
//!
//! The server does not decide through these: its commands touch several
//! streams, which [`crate::decide`] decides together.

use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};

use crate::{
    booking::{self, Booking, BookingCommand, BookingEvent, BookingRefusal},
    resource::{self, Resource, ResourceCommand, ResourceEvent, ResourceRefusal},
    resource_day::{self, ResourceDay, ResourceDayCommand, ResourceDayEvent, SlotConflict},
};

macro_rules! adapt {
    ($aggregate:ty, $type:literal, $decide:path, $command:ty, $event:ty, $error:ty) => {
        impl Aggregate for $aggregate {
            const TYPE: &'static str = $type;
            type Command = $command;
            type Event = $event;
            type Error = $error;
            type Services = ();

            async fn handle(
                &mut self,
                command: Self::Command,
                (): &Self::Services,
                sink: &EventSink<Self>,
            ) -> Result<(), Self::Error> {
                for event in $decide(self, &command)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: Self::Event) {
                self.evolve(&event);
            }
        }

        impl DomainEvent for $event {
            fn event_type(&self) -> String {
                self.name().into()
            }

            fn event_version(&self) -> String {
                self.version().into()
            }
        }
    };
}

adapt!(
    Resource,
    "Resource",
    resource::decide,
    ResourceCommand,
    ResourceEvent,
    ResourceRefusal
);
adapt!(
    ResourceDay,
    "ResourceDay",
    resource_day::decide,
    ResourceDayCommand,
    ResourceDayEvent,
    SlotConflict
);
adapt!(
    Booking,
    "Booking",
    booking::decide,
    BookingCommand,
    BookingEvent,
    BookingRefusal
);
