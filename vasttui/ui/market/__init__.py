"""The market by GPU model."""
