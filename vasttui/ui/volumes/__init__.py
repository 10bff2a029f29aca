"""Volumes, room for more, and the backups that Vast.ai made."""
