"""What belongs to an account: instances, keys, templates, charges."""
