"""The filter language: fields, parser, predicate, and what of it the service is asked."""
