"""Whether the record is what it was: bytes, versions, positions, every checkpoint, read models against a fresh fold."""
