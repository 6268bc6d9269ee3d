"""The folder of pages: each release has one, and the page beside them lists all.

Add here another thing that people find in that folder.
Not here: what stands on a release's page (test_page).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from foundry_assets.craft.change_control import (
    INDEX_NAME,
    REHEARSALS,
    page_name,
    render_page,
    write_page,
    write_pages,
)
from foundry_assets.craft.summary import ReleaseEntry
from foundry_tests.craft.summary.entries import entry


def put(folder: Path, told: ReleaseEntry) -> Path:
    """Write a release's page, and give its path."""
    page = folder / page_name(told.name, told.version)
    write_page(page, render_page(told))
    return page


def listed(folder: Path) -> list[str]:
    """Give the rows of the page that lists all."""
    lines = (folder / INDEX_NAME).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| [")]


def test_a_page_is_named_after_its_release() -> None:
    """Each release has a page of its own, under a name that every file system takes."""
    names = [page_name("demo-pkg", version) for version in ("1.0", "1!1.0", "1.0+local", "1.0.post1")]
    assert len(set(names)) == 4
    assert not any(character in name for name in names for character in '!:*?"<>|/\\')


def test_the_index_page_lists_every_release(tmp_path: Path) -> None:
    """Each release has one line with its standing and a link, also after its page was written anew."""
    for version, status in (("1.0", "in_doubt"), ("1.1", "published"), ("1.0", "published")):
        told = entry(version=version, status=status)  # type: ignore[arg-type]
        page = put(tmp_path / "pages", told)
        assert page.read_text(encoding="utf-8") == render_page(told)
    assert listed(tmp_path / "pages") == [
        f"| [demo-pkg=={version}](demo-pkg-{version}.md) "
        "| **published** at `local`, 2026-01-02T03:04:05.000Z. all is well |"
        for version in ("1.0", "1.1")
    ]


def test_the_list_reads_only_pages_that_are_newer_than_it(tmp_path: Path) -> None:
    """One more page costs no look into a thousand old ones; a newer one, and rebuilding, are looked at."""
    old, changed = put(tmp_path, entry("old")), put(tmp_path, entry("changed"))
    for page in (old, changed):
        page.write_text(page.read_text("utf-8").replace("all is well", "all is new"), "utf-8")
    os.utime(old, (1, 1))
    put(tmp_path, entry("third"))
    assert ["all is new" in row for row in listed(tmp_path)] == [True, False, False]
    write_pages(tmp_path, {old.name: old.read_text("utf-8")})
    assert ["all is new" in row for row in listed(tmp_path)] == [True, True, False]


def test_a_list_that_nobody_can_read_is_made_anew(tmp_path: Path) -> None:
    """What lists all pages follows from them; it may be damaged, or gone."""
    page = put(tmp_path, entry("old"))
    os.utime(page, (1, 1))
    for damage in (b"\xff\xfe", b"", b"| [old==1.0"):
        (tmp_path / INDEX_NAME).write_bytes(damage)
        put(tmp_path, entry("other"))
        assert len(listed(tmp_path)) == 2


def test_rehearsals_are_listed_apart_and_found_from_the_releases(tmp_path: Path) -> None:
    """A rehearsal's page lies in a folder of its own, to which the page of all releases leads."""
    put(tmp_path / REHEARSALS, entry("rehearsed"))
    assert "No release yet." in (tmp_path / INDEX_NAME).read_text(encoding="utf-8")
    put(tmp_path, entry("released"))
    assert [row.split("]")[0] for row in listed(tmp_path)] == ["| [released==1.0"]
    assert [row.split("]")[0] for row in listed(tmp_path / REHEARSALS)] == ["| [rehearsed==1.0"]
    assert f"]({REHEARSALS}/{INDEX_NAME})" in (tmp_path / INDEX_NAME).read_text(encoding="utf-8")


def test_pages_written_at_once_are_all_listed(tmp_path: Path) -> None:
    """Releases that end at the same time do not lose one another's line, whatever stands in it."""
    entries = [entry(f"p-{number}", message="a | b\nc") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda told: put(tmp_path, told), entries))
    rows = listed(tmp_path)
    assert sorted(row.split("]")[0] for row in rows) == sorted(f"| [p-{n}==1.0" for n in range(24))
    assert all(row.endswith("a \\| b<br>c |") for row in rows)
    assert not list(tmp_path.glob("*.part"))


def test_several_pages_are_written_in_one_go(tmp_path: Path) -> None:
    """Rebuilding writes many pages and lists them once; pages that were there stay listed."""
    put(tmp_path, entry("old"))
    pages = {page_name(name, "1.0"): render_page(entry(name)) for name in ("one", "two")}
    write_pages(tmp_path, pages)
    assert [row.split("]")[0] for row in listed(tmp_path)] == [
        f"| [{name}==1.0" for name in ("old", "one", "two")
    ]
