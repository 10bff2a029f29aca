"""What every list screen is made of."""
