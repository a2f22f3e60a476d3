-- Builds the index that compares streams by their bytes, while others write.
create unique index concurrently events_expected_version_bytewise
on events (partition, aggregate_type collate "C", aggregate_id collate "C", sequence)
