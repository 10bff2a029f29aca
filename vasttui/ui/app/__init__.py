"""The application and what works on every screen."""
