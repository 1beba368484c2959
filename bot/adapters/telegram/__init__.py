"""Telegram as a platform of the house."""
