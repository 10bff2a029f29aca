"""What was spent: the charges, day by day."""
