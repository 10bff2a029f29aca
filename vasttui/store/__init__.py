"""The database: the journal of requests that are not confirmed yet."""
