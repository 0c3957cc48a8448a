"""Proof of completeness: who may do what when, and how the known patterns of work are met."""
