"""The offer browser."""
