"""Serverless: endpoints, their worker groups and workers."""
