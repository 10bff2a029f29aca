"""The client of the Vast.ai API."""
