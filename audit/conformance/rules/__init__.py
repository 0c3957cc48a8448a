"""The written rules, one file for each group: pure functions from a course and the rulebook to findings."""
