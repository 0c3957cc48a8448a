"""Pages for people: the same commands and reads as /api/v1, as HTML that works without scripts."""
