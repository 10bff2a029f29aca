"""Serverless: endpoints, their worker groups and workers, and the service's live side."""
