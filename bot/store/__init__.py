"""The store: one set of queries, two engines."""
