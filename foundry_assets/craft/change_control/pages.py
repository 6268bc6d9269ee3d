"""The pages as files: one a release, and beside them the page that lists all.

Add here what concerns the folder of pages.
Not here: what stands on a release's page (page).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from foundry_assets.craft.change_control.markdown import Markdown, cell

INDEX_NAME = "README.md"
REHEARSALS = "rehearsals"
"""The folder of the rehearsals' pages, inside that of the releases'."""
_PART = ".part"
_ROW = re.compile(r"^\| \[[^\]\n]*\]\(([^)\n]*)\) \|.*\|$", re.MULTILINE)
DEVIATIONS = "deviations"
"""The folder of what rehearsals found to be otherwise, a page each, beside that one."""
_TITLES = {REHEARSALS: "# Change Control: rehearsals", DEVIATIONS: "# Change Control: deviations"}


def page_name(name: str, version: str) -> str:
    """Give the file name of a release's page."""
    return f"{name}-{version}.md".replace("!", "_")


def write_page(page: Path, text: str) -> None:
    """Write a release's page, and its line on the page that lists all; the others' are taken from there."""
    _write(page.parent, {page.name: text}, listed_anew=False)


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Write several pages of one folder (file name -> text), and the page that lists all, from the pages."""
    _write(folder, pages, listed_anew=True)


def _write(folder: Path, pages: Mapping[str, str], *, listed_anew: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        for left in folder.glob(f"*{_PART}"):  # of a process that was killed while it wrote
            left.unlink(missing_ok=True)
        for name, text in pages.items():
            _replace(folder / name, text)
        _replace(folder / INDEX_NAME, _index_page(folder, listed_anew=listed_anew))
    if folder.name in _TITLES:
        with FileLock(folder.parent / ".lock"):
            _replace(folder.parent / INDEX_NAME, _index_page(folder.parent, listed_anew=listed_anew))


def _index_page(folder: Path, *, listed_anew: bool) -> str:
    title = _TITLES.get(folder.name, "# Change Control")
    rows = list(_rows(folder, (0, {}) if listed_anew else _listed(folder / INDEX_NAME)))
    lines = [title, "", *(["| release | standing |", "|---|---|", *rows] if rows else ["No release yet."])]
    for name in _TITLES:
        if (folder / name / INDEX_NAME).is_file():
            lines += ["", f"{name.capitalize()} have a [page of their own]({name}/{INDEX_NAME})."]
    return "\n".join(lines) + "\n"


def _rows(folder: Path, before: tuple[int, Mapping[str, str]]) -> Iterator[str]:
    """Give each page's row; a page that is older than the list has its row there already."""
    listed_at, listed = before
    with os.scandir(folder) as found:
        pages = {one.name: one.stat().st_mtime_ns for one in found if one.name.endswith(".md")}
    for name in sorted(pages.keys() - {INDEX_NAME}):
        row = listed.get(name) if pages[name] < listed_at else None
        yield row or _row(folder / name)


def _listed(index: Path) -> tuple[int, dict[str, str]]:
    """Give when the list was written, and its rows by the file that each leads to."""
    try:
        text, written_at = index.read_text(encoding="utf-8"), index.stat().st_mtime_ns
    except (OSError, UnicodeDecodeError):
        return 0, {}
    return written_at, {row[1]: row[0] for row in _ROW.finditer(text)}


def _row(page: Path) -> str:
    """Give a page's first and third line, which are its release and how it stands, quoted already."""
    with page.open(encoding="utf-8") as stream:
        title = stream.readline().removeprefix("# ").strip()
        stream.readline()
        standing = cell(Markdown(stream.readline().strip()))
        return f"| [{title}]({page.name}) | {standing} |"


def _replace(file: Path, text: str) -> None:
    fresh = file.with_name(f"{file.name}.{os.getpid()}{_PART}")
    try:
        fresh.write_text(text, encoding="utf-8", newline="\n")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
