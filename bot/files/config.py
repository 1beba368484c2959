"""The configuration file: read, checked, and made into `Settings`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bot.config import Settings
from bot.files.company import build_settings
from bot.files.company_checks import check_company, check_web
from bot.files.config_form import ConfigForm
from bot.files.finding import BadFiles, Finding, errors, in_order
from bot.files.form import fill
from bot.files.platform_checks import Checked, check_platforms
from bot.files.secret import from_environment
from bot.files.source import Source
from bot.files.toml_source import read_toml
from bot.text import text


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a file. Raises `BadFiles` with everything that is wrong; warnings are for `tocsin check`."""
    settings, findings = read_settings(path, environment)
    if settings is None:
        raise BadFiles(errors(findings))
    return settings


def read_settings(path: Path, environment: Mapping[str, str] | None = None) -> tuple[Settings | None, list[Finding]]:
    """The settings, None where there is an error, and all findings in the order of the file.

    Secrets may stand in the environment (`environment`, this process's where it is left out) and win over the file.
    """
    source = _read(path)
    if isinstance(source, Finding):
        return None, [source]
    content, variables = from_environment(source.content, os.environ if environment is None else environment)
    form, findings = fill(ConfigForm, source, content)
    if form is None:
        return None, in_order(findings)
    checked = Checked(form, source, variables)
    findings = in_order([*check_company(form, source), *check_web(form.web, source), *check_platforms(checked)])
    return None if errors(findings) else build_settings(form, path.parent.absolute()), findings


def _read(path: Path) -> Source | Finding:
    try:
        return read_toml(path, path.read_bytes())
    except (FileNotFoundError, IsADirectoryError):
        return Finding(str(path), 1, 1, text("check.no_file"))
    except OSError:
        return Finding(str(path), 1, 1, text("check.no_access"))
