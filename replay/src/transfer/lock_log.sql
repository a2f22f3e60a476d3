-- Keeps everybody else from making a log, and another import from beginning.
lock table log in share row exclusive mode
