"""Renting on the screen: the dialog, its fields, and what is said about rentals."""
