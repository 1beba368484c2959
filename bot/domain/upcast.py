"""Entries outlive code: an old entry is brought up to the present form when it is read, never rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Upcaster = Callable[[Mapping[str, object]], Mapping[str, object]]

UPCASTERS: Mapping[str, tuple[Upcaster, ...]] = {}
"""For each kind its steps: the first turns version 1 into 2, and so on. A kind without steps is at 1."""


class UnknownVersionError(ValueError):
    """The record was written by a newer release than this."""

    def __init__(self, kind: str, version: int) -> None:
        """Name the kind and the version that is not known here."""
        super().__init__(f"{kind} version {version}")


def version_of(kind: str, steps: Mapping[str, tuple[Upcaster, ...]] = UPCASTERS) -> int:
    """The version in which entries of this kind are written today."""
    return 1 + len(steps.get(kind, ()))


def upcast(
    values: Mapping[str, object], version: int, steps: Mapping[str, tuple[Upcaster, ...]] = UPCASTERS
) -> Mapping[str, object]:
    """The values of an entry's kept part in the present form of their kind.

    Raises UnknownVersionError.
    """
    kind = str(values["kind"])
    if not 1 <= version <= version_of(kind, steps):
        raise UnknownVersionError(kind, version)
    for step in steps.get(kind, ())[version - 1 :]:
        values = step(values)
    return values
