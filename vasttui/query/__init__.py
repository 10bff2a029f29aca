"""The filter language: fields, parser, predicate, and the part sent to the server."""
