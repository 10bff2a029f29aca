"""Volumes: those you have, room for more, and making, cloning and deleting them."""
