-- Drops what a build that was interrupted has left.
drop index concurrently if exists events_expected_version_bytewise
