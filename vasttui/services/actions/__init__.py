"""Actions on instances, each checked by reading again."""
