"""The record: events in PostgreSQL, read models in the same transaction, and the queries over them."""
