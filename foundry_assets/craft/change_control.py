"""Change Control: one Markdown page a release, and one page that lists them, for people.

Add here a section that a release engineer or an auditor looks for.
Not here: facts of its own; a page only tells what evidence and summary hold.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from filelock import FileLock

from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.records import Correction, Hold, Receipt

INDEX_NAME = "README.md"


def page_name(name: str, version: str) -> str:
    """Give the file name of a release's page."""
    return f"{name}-{version}.md".replace("!", "_")


def render_page(
    entry: ReleaseEntry,
    *,
    receipts: Sequence[Receipt] = (),
    holds: Sequence[Hold] = (),
    corrections: Sequence[Correction] = (),
    typing: Sequence[Mapping[str, str]] = (),
) -> str:
    """Give a release's page as Markdown."""
    sections = [
        f"# {entry.name}=={entry.version}",
        f"**{entry.status}** at `{entry.index}`, {entry.updated_at}. {_cell(entry.message)}",
        _section("What it was made from", _source(entry)),
        _section("Files", _table(("file", "bytes", "verdict"), _file_rows(entry)) + _digests(entry)),
        _section("Added for typing", _table(("where", "decision", "why"), _rows(typing))),
        _section("Checks", _table(("check", "verdict", "message"), _check_rows(entry))),
        _section(
            "Receipts",
            _table(("index", "file", "verdict", "status", "sent", "message"), _receipt_rows(receipts)),
        ),
        _section(
            "Holds and corrections",
            _table(("number", "what", "at", "because"), _hold_rows(holds, corrections)),
        ),
        _section("Tools", _table(("tool", "version"), sorted(entry.tools.items()))),
        _section(
            "Launch",
            f"Run `{entry.run_id}`; credential: {entry.credential_source}. Evidence: {entry.evidence}",
        ),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def write_page(folder: Path, entry: ReleaseEntry, text: str) -> Path:
    """Write a release's page, and its line on the index page; gives the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / page_name(entry.name, entry.version)
    with FileLock(folder / ".lock"):
        _replace(page, text)
        _replace(folder / INDEX_NAME, _index_page(folder))
    return page


def _index_page(folder: Path) -> str:
    lines = ["# Change Control", "", "| release | standing |", "|---|---|"]
    for page in sorted(folder.glob("*.md")):
        if page.name == INDEX_NAME:
            continue
        with page.open(encoding="utf-8") as stream:
            title = stream.readline().removeprefix("# ").strip()
            stream.readline()
            standing = stream.readline().strip()
        lines.append(f"| [{title}]({page.name}) | {standing} |")
    return "\n".join(lines) + "\n"


def _replace(file: Path, text: str) -> None:
    fresh = file.with_name(f"{file.name}.{os.getpid()}.part")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    fresh.replace(file)


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join([f"| {' | '.join(heads)} |", "|" + "---|" * len(heads), *lines]) if lines else ""


def _cell(value: object) -> str:
    """Keep a text in its cell: what an index or a backend said must not become a table, HTML or a heading."""
    text = html.escape(str(value), quote=False).replace("|", "\\|")
    return "<br>".join(text.splitlines())


def _source(entry: ReleaseEntry) -> str:
    if entry.source is None:
        return "The source was not taken."
    revision = (
        f"commit `{entry.source.commit}` ({entry.source.described})" if entry.source.commit else "no revision"
    )
    told = f"A {entry.source.origin} at {revision}; tree sha256 `{entry.source.tree_sha256}`."
    if entry.source.uncommitted:
        told += "\n\nUncommitted, taken along:\n\n" + "\n".join(
            f"- `{path}`" for path in entry.source.uncommitted
        )
    return told


def _file_rows(entry: ReleaseEntry) -> Iterable[Sequence[object]]:
    return [(file.filename, file.bytes, file.verdict or "not sent") for file in entry.files]


def _digests(entry: ReleaseEntry) -> str:
    lines = [f"{file.sha256}  {file.filename}" for file in entry.files]
    blake = [f"BLAKE2b-256 {file.blake2b_256}  {file.filename}" for file in entry.files]
    return "\n\n```\n" + "\n".join([*lines, *blake]) + "\n```" if lines else ""


def _rows(rows: Sequence[Mapping[str, str]]) -> Iterable[Sequence[object]]:
    return [tuple(row.values()) for row in rows]


def _check_rows(entry: ReleaseEntry) -> Iterable[Sequence[object]]:
    return [
        (
            told.name,
            "passed" if told.passed else "warns" if told.severity == "WARN" else "FAILED",
            told.message,
        )
        for told in entry.checks
    ]


def _receipt_rows(receipts: Sequence[Receipt]) -> Iterable[Sequence[object]]:
    return [
        (receipt.index, file.filename, file.verdict, file.status or "", file.sent_at, file.message)
        for receipt in receipts
        for file in receipt.files
    ]


def _hold_rows(holds: Sequence[Hold], corrections: Sequence[Correction]) -> Iterable[Sequence[object]]:
    rows = [(hold.number, f"hold at `{hold.index}`", hold.at, hold.because) for hold in holds]
    rows += [(done.number, f"corrected by {done.by}", done.at, done.because) for done in corrections]
    return sorted(rows, key=lambda row: (row[0], row[2]))
