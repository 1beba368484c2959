"""Plays: whole events acted by the sample company's people, from a story file, on a virtual clock."""
