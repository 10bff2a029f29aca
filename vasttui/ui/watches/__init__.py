"""Watches: the dialog that makes one, and their list."""
