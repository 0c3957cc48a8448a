"""The embedded default: PostgreSQL and Temporal from wheels, started and stopped with the programs that use them."""
