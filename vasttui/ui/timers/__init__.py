"""Timers: what happens to an instance at a time, and who does it."""
