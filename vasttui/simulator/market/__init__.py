"""The simulated market: machines, offers, search."""
