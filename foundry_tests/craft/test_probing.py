"""A release is compared with the index by sha256, and waited for within a limit.

Add here another way in which a name or its bytes can be taken.
Not here: what an index may answer (test_index).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets.content import Member
from foundry_assets.craft.probing import Probe, await_served, newest, probe
from foundry_assets.errors import IndexUnreachable
from foundry_assets.index import IndexReader
from foundry_assets.release import Release
from foundry_tests.craft.uploading.miniature import member_of, write_sdist, write_wheel
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.faulty_pages import Reading

RELEASE = Release.of("demo-pkg", "1.0")


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """Serve an empty index."""
    with faulty_index() as state:
        yield state


@pytest.fixture
def ours(tmp_path: Path) -> list[Path]:
    """Give a wheel and an sdist of demo-pkg 1.0."""
    return [write_wheel(tmp_path), write_sdist(tmp_path)]


def ask(faulty: FaultyIndex, ours: list[Path]) -> Probe:
    """Probe the index for our files."""
    with IndexReader(faulty.index, read_seconds=10) as reader:
        return probe(reader, RELEASE, [member_of(path) for path in ours])


def test_new_project_is_absent(faulty: FaultyIndex, ours: list[Path]) -> None:
    """A name that the index does not know is a new project, and every file absent."""
    probed = ask(faulty, ours)
    assert [file.state for file in probed.files] == ["absent", "absent"]
    assert probed.is_new_project
    assert (probed.newest_version, probed.opened_at, probed.conflicts) == ("", "", ())


@pytest.mark.parametrize("reading", ["json", "html", "html without hashes"])
def test_states_are_told_by_sha256(faulty: FaultyIndex, ours: list[Path], reading: Reading) -> None:
    """The same name is identical or a conflict by its bytes, also where the index tells no digest."""
    faulty.reading = reading
    wheel, sdist = ours
    faulty.files = {wheel.name: wheel.read_bytes(), sdist.name: b"other bytes"}
    probed = ask(faulty, ours)
    assert [file.state for file in probed.files] == ["identical", "conflict"]
    assert probed.files[0].sha256_there == probed.files[0].sha256_here
    assert "other bytes" in probed.files[1].why
    assert not probed.is_new_project


@pytest.mark.parametrize(
    ("there", "ours_is", "told"),
    [
        ("demo-pkg-1.0.tar.gz", 1, "spelt"),
        ("demo_pkg-1.0.0.tar.gz", 1, "spelt"),
        ("demo_pkg-1.0.zip", 1, "one sdist"),
        ("Demo.Pkg-1.0-py3-none-any.whl", 0, "spelt"),
    ],
)
def test_place_taken_under_another_name(
    faulty: FaultyIndex, ours: list[Path], there: str, ours_is: int, told: str
) -> None:
    """An index takes one sdist a release and one spelling of a file, so another one is a conflict."""
    faulty.files = {there: b"theirs"}
    probed = ask(faulty, ours)
    assert [file.state == "conflict" for file in probed.files] == [ours_is == 0, ours_is == 1]
    assert told in probed.files[ours_is].why
    assert there in probed.files[ours_is].why
    assert probed.others == (there,)


def test_our_bytes_under_another_name_are_a_conflict(faulty: FaultyIndex, ours: list[Path]) -> None:
    """The public index knows a file by its bytes too, and refuses them under a second name."""
    faulty.files = {"demo_pkg-0.9-py3-none-any.whl": ours[0].read_bytes()}
    assert [file.state for file in ask(faulty, ours).files] == ["conflict", "absent"]


def test_other_versions_and_platforms_do_not_hinder(faulty: FaultyIndex, ours: list[Path]) -> None:
    """Files of other versions, and wheels for other platforms, take nobody's place."""
    faulty.files = {
        "demo_pkg-0.9.tar.gz": b"older",
        "demo_pkg-1.0-cp311-cp311-win_amd64.whl": b"beside",
    }
    probed = ask(faulty, ours)
    assert [file.state for file in probed.files] == ["absent", "absent"]
    assert probed.others == ("demo_pkg-1.0-cp311-cp311-win_amd64.whl",)
    assert probed.opened_at.startswith("2026-01-02")


def test_status_and_yanks_are_told(faulty: FaultyIndex, ours: list[Path]) -> None:
    """An archived project is closed, and this version's yanked files are named with their reason."""
    faulty.files = {ours[0].name: ours[0].read_bytes()}
    faulty.yanked = {ours[0].name: "broken"}
    faulty.project_status = "archived"
    probed = ask(faulty, ours)
    assert probed.is_closed
    assert probed.yanked == (f"{ours[0].name} (broken)",)


def test_no_answer_is_not_absent(faulty: FaultyIndex, ours: list[Path]) -> None:
    """An index that refuses to be read makes the probe fail."""
    faulty.reading = "status"
    with pytest.raises(IndexUnreachable):
        ask(faulty, ours)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ((), ""),
        (("1.0", "1.10", "1.9"), "1.10"),
        (("1.0", "2.0rc1"), "1.0"),
        (("2.0.dev1", "2.0rc1"), "2.0rc1"),
        (("nonsense", "1.0"), "1.0"),
    ],
)
def test_newest_version(versions: tuple[str, ...], expected: str) -> None:
    """The newest final version counts, or else the newest of all; what is no version is passed over."""
    assert newest(versions) == expected


def wait(faulty: FaultyIndex, files: list[Member], limit_seconds: float = 3) -> tuple[list[str], list[str]]:
    """Wait for files; give what is wrong with each, and what was told meanwhile."""
    told: list[str] = []
    with IndexReader(faulty.index, read_seconds=10) as reader:
        served = await_served(
            reader,
            RELEASE,
            files,
            limit_seconds=limit_seconds,
            on_wait=lambda _, missing: told.append(missing),
        )
    assert [file.served for file in served] == [not file.why for file in served]
    return [file.why for file in served], told


def test_stale_page_is_waited_for(faulty: FaultyIndex, ours: list[Path]) -> None:
    """A page that lacks the file at first is asked again, and the waiting is told."""
    faulty.files = {path.name: path.read_bytes() for path in ours}
    faulty.stale_polls = 2
    whys, told = wait(faulty, [member_of(path) for path in ours])
    assert whys == ["", ""]
    assert len(told) == 2
    assert "not yet on the project's page" in told[0]


def test_waiting_ends_at_its_limit(faulty: FaultyIndex, ours: list[Path]) -> None:
    """A file that never comes is told as not served."""
    whys, told = wait(faulty, [member_of(ours[0])], limit_seconds=0.3)
    assert whys == ["not yet on the project's page"]
    assert told


def test_unreachable_while_waiting_is_not_yet(faulty: FaultyIndex, ours: list[Path]) -> None:
    """An index that fails while it is polled may come back; at the limit its failure is told."""
    faulty.reading, faulty.reading_status = "status", 503
    whys, _ = wait(faulty, [member_of(ours[0])], limit_seconds=0.3)
    assert "503" in whys[0]


def test_other_bytes_end_the_waiting(faulty: FaultyIndex, ours: list[Path]) -> None:
    """Other bytes at the file's own address are final: no limit is waited for."""
    faulty.files = {ours[0].name: b"theirs"}
    whys, told = wait(faulty, [member_of(ours[0])], limit_seconds=30)
    assert whys == ["the index serves other bytes under this name"]
    assert told == []


def test_page_is_not_believed_without_the_file(faulty: FaultyIndex, ours: list[Path]) -> None:
    """A page that names our sha256 is not enough: the file's own address must give our bytes."""
    faulty.files = {ours[0].name: ours[0].read_bytes()}
    faulty.files_elsewhere = {ours[0].name: b"theirs"}
    whys, _ = wait(faulty, [member_of(ours[0])], limit_seconds=0.3)
    assert "the page says" in whys[0]
