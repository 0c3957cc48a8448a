"""The commands of `dondoc`, one module each."""
