"""The past told again from the events: one directive step by step, many at an instant, lateness by the rules of its day."""
