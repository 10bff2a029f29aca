"""Renting an offer: asked for once, looked for until it is found, and never lost."""
