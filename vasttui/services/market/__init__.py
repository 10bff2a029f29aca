"""The offers, kept fresh."""
