"""The tools: what is installed beside the foundry, held to the ranges of its own metadata, and git.

Add here a program that a release starts.
Not here: whether a range is right (pyproject.toml).
"""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from foundry_assets.doctor.findings import Finding, Verdict, kind_of
from foundry_assets.subprocesses import ProgramFailed, run
from foundry_assets.surroundings import clean_environment

DISTRIBUTION = "release-foundry"
_SHOWN = ("dagster", "dagster-webserver", "build", "twine")
_EXTRA = "typing"
_LIMIT_SECONDS = 20.0


def requirements() -> Iterator[Finding]:
    """Tell the versions of what a release stands on, and what is missing or out of its range."""
    needed, checkers = _stated()
    others = 0
    for requirement in needed:
        finding = _held(requirement, verdict_if_not="blocks")
        if requirement.name in _SHOWN or finding.verdict != "good":
            yield finding
        else:
            others += 1
    yield Finding("other tools", "good", f"{others} more are in their ranges")
    for requirement in checkers:
        yield _held(requirement, verdict_if_not="warning")


def git() -> Iterator[Finding]:
    """Tell git's version; only a source that lies in git needs it."""
    program = shutil.which("git")
    if program is None:
        remedy = "install git, and see that PATH leads to it"
        found = "not found; no source in git can be released, and no version comes from tags"
        yield Finding("git", "warning", found, remedy)
        return
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        try:
            told = run(
                [program, "--version"],
                cwd=home,
                env=clean_environment(home),
                timeout_seconds=_LIMIT_SECONDS,
            )
        except ProgramFailed as failure:
            yield Finding("git", "blocks", f"{program}: {failure.outcome}", "install a git that starts")
            return
    version = re.search(r"\d[\w.]*", told.stdout)
    yield Finding("git", "good", version.group() if version else told.stdout.strip())


def _stated() -> tuple[list[Requirement], list[Requirement]]:
    """Give what our own metadata asks for: always, and with the extra for types."""
    stated = [Requirement(line) for line in importlib.metadata.requires(DISTRIBUTION) or ()]
    always = [one for one in stated if one.marker is None or one.marker.evaluate({"extra": ""})]
    names = {one.name for one in always}
    typed = [one for one in stated if one.marker and one.marker.evaluate({"extra": _EXTRA})]
    return always, [one for one in typed if one.name not in names]


def _held(requirement: Requirement, *, verdict_if_not: Verdict) -> Finding:
    extra = f"[{_EXTRA}]" if verdict_if_not == "warning" else ""
    remedy = f"install the foundry anew: pip install 'release-foundry{extra}'"
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        lost = "" if verdict_if_not == "blocks" else "; stubs are proven with one checker less"
        return Finding(requirement.name, verdict_if_not, f"not installed{lost}", remedy)
    if requirement.specifier.contains(version, prereleases=True):
        return Finding(requirement.name, "good", version)
    found = f"{version}, which is not {requirement.specifier}"
    return Finding(requirement.name, verdict_if_not, found, remedy)


def unmeasured() -> Iterator[Finding]:
    """Tell that our own metadata is not there: the foundry runs from a folder without being installed."""
    try:
        importlib.metadata.metadata(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as error:
        found = f"the foundry's own metadata is not there ({kind_of(error)}), so no range is known"
        yield Finding("tools", "warning", found, "install it: pip install -e .")
