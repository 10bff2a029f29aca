"""Renting on the screen: the dialog, its fields, what happens after Rent."""
