"""Event → card, per audience. Pure."""
