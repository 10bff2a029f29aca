"""Renting an offer: one request, journaled before it is sent and followed to its end."""
