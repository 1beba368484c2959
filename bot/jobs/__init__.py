"""What runs without anybody asking: the relay, the timers, the calendar."""
