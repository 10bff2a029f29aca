"""Your instances, one of them in full, and what can be done to them."""
