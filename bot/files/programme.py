"""Everything planned for quiet times, as it stands in the folder of playbooks: the drills and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.config import Settings
from bot.domain.ids import PlaybookId
from bot.domain.playbook import PlaybookVersion
from bot.domain.programme import Programme
from bot.files.drills import DRILLS, load_drills
from bot.files.finding import Finding, in_order
from bot.files.yaml_source import Shelf


def load_programme(
    folder: Path, settings: Settings, versions: Mapping[PlaybookId, PlaybookVersion], shelf: Shelf | None = None
) -> tuple[Programme, list[Finding]]:
    """The drills and duties without errors, and every finding. `versions`: the playbooks that can be used."""
    shelf = shelf or Shelf()
    drills = load_drills(folder, settings, versions, shelf)
    findings = in_order(finding for loaded in drills for finding in loaded.findings)
    good = {loaded.id: loaded.drill for loaded in drills if loaded.drill is not None}
    return Programme(drills=good, folder=folder / DRILLS), findings
