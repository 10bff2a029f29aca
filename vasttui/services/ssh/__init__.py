"""SSH: keys on this computer, the login test, configuration, host keys."""
