"""Paying ahead for an instance."""
