"""How fast, how large: measured in one run on one machine beside a bare Starlette handler as the yardstick."""
