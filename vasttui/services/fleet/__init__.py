"""The account's instances, kept fresh."""
