"""This computer: programs, clipboard, browser, private files, credentials."""
