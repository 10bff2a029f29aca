"""The SSH doctor."""
