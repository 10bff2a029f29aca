"""The account: what it shows, and changes of it."""
