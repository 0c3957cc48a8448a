"""Temporal activities: where the rules meet the record, and where notices leave the house."""
