"""Temporal workflows: deterministic courses without rules; every rule is asked through an activity."""
