"""Paying ahead for instances."""
