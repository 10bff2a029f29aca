"""The account: its SSH keys."""
