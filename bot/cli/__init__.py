"""What can be typed on the command line: one file for each group of commands."""
