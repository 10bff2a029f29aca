"""Benchmarks; run with `make bench`. They report and never fail."""
