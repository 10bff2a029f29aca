"""Copies of data between instances and volumes."""
