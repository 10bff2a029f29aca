"""What is kept in a database: what was asked of the service and not confirmed yet."""
