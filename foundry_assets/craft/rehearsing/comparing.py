"""Comparing a rehearsal with the one before it: on values alone, every deviation by name.

Add here another fact that must not change unnoticed.
Not here: the forms (form), and what becomes of a deviation (launching/rehearsal).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from foundry_assets.craft.rehearsing.form import (
    Deviation,
    DeviationKind,
    FileRehearsed,
    PackageRehearsed,
    RehearsalReport,
    Toolset,
)

_TENTH = 10
"""A size deviates where it differs by more than one part in so many."""


def deviations_between(before: RehearsalReport, now: RehearsalReport) -> tuple[Deviation, ...]:
    """Name everything that is otherwise than before: first what concerns all, then package by package."""
    found = [*_of_plan(before, now)]
    known = {package.name: package for package in before.packages}
    for package in now.packages:
        if package.name in known:
            found += _of_package(known.pop(package.name), package)
        else:
            found.append(_otherwise("package", "in the catalog", "no", "yes", package.name))
    found += [_otherwise("package", "in the catalog", "yes", "no", name) for name in known]
    return tuple(found)


def _of_plan(before: RehearsalReport, now: RehearsalReport) -> Iterator[Deviation]:
    yield from _differing("tool", before.plan.tools, now.plan.tools)
    earlier = {one.name: one for one in before.plan.toolsets}
    for toolset in now.plan.toolsets:
        if toolset.name in earlier:  # the installed ones are only there where they are not the newest
            yield from _of_toolset(earlier[toolset.name], toolset)
    if before.plan.index != now.plan.index:
        yield _otherwise("index", "rehearsed for", before.plan.index, now.plan.index)
    else:
        answered = [
            {str(one.address): _yes(one.is_reached) for one in report.plan.reached}
            for report in (before, now)
        ]
        yield from _differing("index", answered[0], answered[1], "reached: ")
        if before.plan.credential.source != now.plan.credential.source:
            sources = [str(report.plan.credential.source) or "none can be used" for report in (before, now)]
            yield _otherwise("credential", "source", sources[0], sources[1])


def _of_toolset(before: Toolset, now: Toolset) -> Iterator[Deviation]:
    problems = [one.problem or "could be installed" for one in (before, now)]
    if problems[0] != problems[1]:
        yield _otherwise("tool", f"{now.name} build and twine", problems[0], problems[1])
    if not before.problem and not now.problem:
        yield from _differing("tool", before.versions, now.versions, f"{now.name} ")


def _of_package(before: PackageRehearsed, now: PackageRehearsed) -> Iterator[Deviation]:
    name = now.name
    for subject, old, new in (
        ("status", before.status, now.status),
        ("installed from an index", _yes(before.is_installed), _yes(now.is_installed)),
        ("found in the summary", _yes(before.is_in_summary), _yes(now.is_in_summary)),
    ):
        if old != new:
            yield _otherwise("outcome", subject, old, new, name)
    # A line that stopped judges less: then only what both judged is compared.
    is_whole = before.status == now.status == "rehearsed"
    judged = (
        before.checks.keys() | now.checks.keys() if is_whole else before.checks.keys() & now.checks.keys()
    )
    verdicts = [{check: one.checks.get(check, "") for check in judged} for one in (before, now)]
    yield from _differing("check", verdicts[0], verdicts[1], package=name)
    is_same_source = bool(now.tree_sha256) and (before.tree_sha256, before.version) == (
        now.tree_sha256,
        now.version,
    )
    kinds = {file.kind: file for file in before.files}
    for file in now.files:
        if file.kind in kinds:
            yield from _of_file(kinds[file.kind], file, name, is_same_source=is_same_source)
    runs = [{run.toolset: run.how for run in package.toolsets} for package in (before, now)]
    both = runs[0].keys() & runs[1].keys()
    yield from _differing(
        "toolset",
        {one: runs[0][one] for one in both},
        {one: runs[1][one] for one in both},
        "builds with ",
        name,
    )


def _of_file(
    before: FileRehearsed, now: FileRehearsed, package: str, *, is_same_source: bool
) -> Iterator[Deviation]:
    if before.metadata_version != now.metadata_version:
        yield _otherwise("metadata version", now.kind, before.metadata_version, now.metadata_version, package)
    if is_same_source and before.sha256 != now.sha256:
        yield _otherwise("hash", f"{now.kind} of the same source", before.sha256, now.sha256, package)
    if abs(now.bytes - before.bytes) * _TENTH > before.bytes:
        yield _otherwise("size", now.kind, f"{before.bytes:,} bytes", f"{now.bytes:,} bytes", package)


def _differing(
    kind: DeviationKind,
    before: Mapping[str, str],
    now: Mapping[str, str],
    prefix: str = "",
    package: str = "",
) -> Iterator[Deviation]:
    for name in sorted({*before, *now}):
        if before.get(name, "") != now.get(name, ""):
            yield _otherwise(kind, f"{prefix}{name}", before.get(name, ""), now.get(name, ""), package)


def _otherwise(kind: DeviationKind, subject: str, before: str, now: str, package: str = "") -> Deviation:
    return Deviation(kind=kind, subject=subject, before=before, now=now, package=package)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
