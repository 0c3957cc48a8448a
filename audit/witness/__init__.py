"""The witness: another body's small service, which signs under checkpoints of a log only as long as it merely grows."""
