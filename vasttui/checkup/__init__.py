"""The first contact with a service: one read of every kind, compared with what is expected."""
