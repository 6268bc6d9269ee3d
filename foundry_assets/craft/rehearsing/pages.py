"""What people are told of a rehearsal: its report as Markdown, and a Change Control entry a deviation.

Add here a sentence that helps a person to decide.
Not here: the forms (form), quoting (change_control/markdown), and writing the files (launching/rehearsal).
"""

from __future__ import annotations

from foundry_assets.craft.change_control.markdown import Markdown, code, listed, table, text
from foundry_assets.craft.rehearsing.form import Deviation, DeviationKind, PackageRehearsed, RehearsalReport

_WHAT_NOW: dict[DeviationKind, str] = {
    "tool": "Read that tool's changelog; where it spoils a release, narrow its range before a release.",
    "index": "Find out whether the index moved or the way to it is closed, before a release meets the same.",
    "credential": "Make sure that somebody changed the credential on purpose, and that it is the index's.",
    "package": "Nothing, if the catalog was changed on purpose.",
    "outcome": "Read the package's own page: what failed here would fail in the release.",
    "check": "Read the check's message on the package's page, and mend the cause in the source.",
    "metadata version": "Make sure that the index takes it: an older uploader or index may not know it.",
    "hash": "The same source gave other bytes: find out which tool or requirement made the difference.",
    "size": "Look at the list of files: something large came in, or something was lost.",
    "toolset": "Do not move to that version of the tool before its message is understood.",
}


def deviation_page(number: int, deviation: Deviation, report: RehearsalReport) -> str:
    """Give a deviation's Change Control entry; its first and third line are its title and how it stands."""
    plan = report.plan
    where = f"{text(deviation.package)}: " if deviation.package else ""
    subject = f"{deviation.kind}: {deviation.subject}"
    sections = [
        f"# Rehearsal {plan.month}, deviation {number}: {where}{text(subject)}",
        f"**open** since {text(report.ended_at)}. It was {code(deviation.before or 'none')}, and is"
        f" {code(deviation.now or 'none')}.",
        f"## What to do\n\n{_WHAT_NOW[deviation.kind]}",
        "## From where\n\n"
        + listed(
            Markdown(line)
            for line in (
                f"rehearsed for {code(plan.index)} by run {code(plan.run_id)}",
                f"compared with run {code(report.compared_with)}",
            )
        ),
        "## Decision\n\nWrite here what was found out; this entry is never written again.",
    ]
    return "\n\n".join(sections) + "\n"


def report_page(report: RehearsalReport) -> str:
    """Give the whole report for people."""
    plan = report.plan
    how = "good" if report.is_good else "not good"
    standing = f"{len(report.deviations)} deviations, {len(report.problems)} findings"
    tools = [("of this foundry", *pair) for pair in sorted(plan.tools.items())]
    tools += [(one.name, *pair) for one in plan.toolsets for pair in sorted(one.versions.items())]
    sections = [
        f"# Rehearsal {plan.month}",
        f"**{how}** for {code(plan.index)}, {text(report.ended_at)}. {standing}.",
        _part("Deviations", listed(report.deviations) or _none(report)),
        _part("Findings", listed(report.problems) or "None."),
        _part("Packages", table(_HEADS, [_row(package) for package in report.packages])),
        _part("Files", table(_FILE_HEADS, [row for one in report.packages for row in _file_rows(one)])),
        _part(
            "The way to the index",
            listed([str(plan.credential), *(f"{r.address}: {r.told}" for r in plan.reached)]),
        ),
        _part("Tools", table(("where", "tool", "version"), tools)),
    ]
    return "\n\n".join(sections) + "\n"


_HEADS = ("package", "status", "installed", "in summary", "newest tools", "seconds", "message")
_FILE_HEADS = ("file", "bytes", "metadata", "sha256", "request", "throw-away index")


def _none(report: RehearsalReport) -> str:
    return (
        "None." if report.compared_with else "This is the first rehearsal; there is nothing to compare with."
    )


def _row(package: PackageRehearsed) -> tuple[object, ...]:
    runs = "; ".join(f"{run.toolset}: {run.message.partition(chr(10))[0]}" for run in package.toolsets)
    marks = ["yes" if is_so else "NO" for is_so in (package.is_installed, package.is_in_summary)]
    seconds = f"{sum(package.seconds.values()):.1f}"
    return f"{package.name} {package.version}", package.status, *marks, runs, seconds, package.message


def _file_rows(package: PackageRehearsed) -> list[tuple[object, ...]]:
    return [
        (
            code(file.filename),
            file.bytes,
            file.metadata_version,
            code(file.sha256),
            f"{file.request_bytes:,} bytes, {file.request_told}",
            file.served_told,
        )
        for file in package.files
    ]


def _part(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"
