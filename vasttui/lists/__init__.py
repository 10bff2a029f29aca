"""Lists without a screen: rows, columns, order, filter, cursor, marks."""
