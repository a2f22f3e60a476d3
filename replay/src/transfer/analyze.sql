-- Tells the planner what came in, so that what reads the log next need not wait for
-- autovacuum.
analyze events, booking_keys, heads
