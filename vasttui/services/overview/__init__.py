"""What each GPU model costs, and how much of it there is."""
