"""Exports of the record for process mining: XES (IEEE 1849-2023) and OCEL 2.0."""
