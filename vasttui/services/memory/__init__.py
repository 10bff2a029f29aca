"""What is remembered of machines and prices, on this computer."""
