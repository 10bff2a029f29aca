"""Serverless: what there is, what it costs, changes to it, test requests."""
