"""The rules of directives: pure values and functions; no I/O, no clock, no randomness."""
