"""Measurements; run with `make bench`. They report, they never fail."""
