"""A QR code in the terminal, for a phone on the same network."""

from __future__ import annotations

import sys

import segno


def show_qr(link: str) -> None:
    """Print it small, dark on light whatever the terminal's colours."""
    segno.make(link, error="l", micro=False).terminal(out=sys.stdout, compact=True, border=2)
