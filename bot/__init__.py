"""Tocsin 警钟: emergency coordination in chat, kept as the company's implementation record."""
