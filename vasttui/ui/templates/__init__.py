"""The templates to rent with: list, details, form."""
