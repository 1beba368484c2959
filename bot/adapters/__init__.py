"""The platforms. Each is the same four files."""
