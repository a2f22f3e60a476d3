-- Counts a restore, which makes another epoch of the log.
update log set restores = restores + 1
returning id as log, restores
