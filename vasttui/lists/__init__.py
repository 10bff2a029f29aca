"""What a list is: rows, columns, order, filter, cursor, marks. No Textual here."""
