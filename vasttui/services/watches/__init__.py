"""Watches: filters that are looked at again and again, and ring."""
