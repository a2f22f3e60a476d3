-- Bookings without a key or without slots, and keys without a booking.
select
    (
        select count(*)
        from events as made
        left join booking_keys using (partition, booking_id)
        where
            made.event_type = 'BookingConfirmed'
            and (
                booking_keys.booking_id is null
                or not exists (
                    select 1
                    from events as day
                    where
                        day.partition = made.partition
                        and day.event_type = 'SlotsBooked'
                        and day.booking_id = made.booking_id
                )
            )
    )
    + (
        select count(*)
        from booking_keys
        where not exists (
            select 1
            from events
            where
                events.partition = booking_keys.partition
                and events.event_type = 'BookingConfirmed'
                and events.booking_id = booking_keys.booking_id
        )
    )
