"""The configuration file: read, checked, and made into `Settings`."""

from __future__ import annotations

from pathlib import Path

from bot.config import Settings
from bot.files.company import build_settings
from bot.files.company_checks import check_company, check_web
from bot.files.config_form import ConfigForm
from bot.files.finding import BadFiles, Finding, errors, in_order
from bot.files.form import fill
from bot.files.source import Source
from bot.files.toml_source import read_toml
from bot.text import text


def load_settings(path: Path) -> Settings:
    """The settings of a file. Raises `BadFiles` with everything that is wrong; warnings are for `tocsin check`."""
    settings, findings = read_settings(path)
    if settings is None:
        raise BadFiles(errors(findings))
    return settings


def read_settings(path: Path) -> tuple[Settings | None, list[Finding]]:
    """The settings, None where there is an error, and all findings in the order of the file."""
    source = _read(path)
    if isinstance(source, Finding):
        return None, [source]
    form, findings = fill(ConfigForm, source)
    if form is None:
        return None, in_order(findings)
    findings = in_order([*check_company(form, source), *check_web(form.web, source)])
    return None if errors(findings) else build_settings(form, path.parent.absolute()), findings


def _read(path: Path) -> Source | Finding:
    try:
        return read_toml(path, path.read_bytes())
    except (FileNotFoundError, IsADirectoryError):
        return Finding(str(path), 1, 1, text("check.no_file"))
    except OSError:
        return Finding(str(path), 1, 1, text("check.no_access"))
