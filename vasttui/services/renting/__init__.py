"""Renting an offer: one request, written down before it is sent and followed to its end."""
