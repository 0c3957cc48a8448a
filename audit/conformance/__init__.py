"""A verdict on each directive by its history alone: against the normative process, and against the written rules."""
