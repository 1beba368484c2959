"""What happens to records and to the house itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import FileId


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Personal data of the named entries and files was destroyed, on what ground (应对法 85, 个人信息保护法 28)."""

    sequences: tuple[int, ...]
    files: tuple[FileId, ...]
    ground: str
    kind: Literal["data.destroyed"] = "data.destroyed"


@dataclass(frozen=True, slots=True)
class HouseNote:
    """Something of the house itself (stream HOUSE): an import, a reload, an invitation, a permission used.

    `what` is a catalog key, `about` its parameters as strings.
    """

    what: str
    about: Mapping[str, str]
    kind: Literal["house.noted"] = "house.noted"
