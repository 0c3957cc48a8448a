"""The record against Temporal's own histories: what the engine was told, and what the record holds, one by one."""
