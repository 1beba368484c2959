"""Exports: the record as documents that a second program opens."""
