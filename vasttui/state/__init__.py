"""What the program remembers between runs, in small JSON files."""
