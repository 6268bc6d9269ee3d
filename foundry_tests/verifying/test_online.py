"""What an index serves now is compared with what it once took; no answer is no good answer.

Add here another way in which an index can change its mind.
Not here: what is stored here (test_tampering).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundry_assets.embedded_index import embedded_index
from foundry_assets.verifying import Verified
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.verifying.scene import CATALOG, SDIST, WHEEL, Scene


@pytest.fixture
def server() -> Iterator[FaultyIndex]:
    """Serve an index."""
    with faulty_index() as state:
        yield state


@pytest.fixture
def scene(server: FaultyIndex, tmp_path: Path) -> Scene:
    """A release that this index serves."""
    scene = Scene(tmp_path / "home").make()
    serve(scene, server)
    return scene


def serve(scene: Scene, server: FaultyIndex) -> None:
    """Have the index serve the release's files, under the name `company`."""
    server.files = {WHEEL: scene.blob("wheel").read_bytes(), SDIST: scene.blob("sdist").read_bytes()}
    (scene.root / "foundry.toml").write_text(CATALOG.format(address=server.address), "utf-8")


def states(found: Verified) -> dict[str, str]:
    """Give how each file stands."""
    return {served.filename: served.state for served in found.served}


def test_files_that_are_served_as_they_went_out_fit(scene: Scene) -> None:
    """Page and file addresses were asked, and both give our bytes."""
    found = scene.verified(online=True)
    assert (found.status, found.findings) == ("fits", ())
    assert states(found) == {WHEEL: "served", SDIST: "served"}
    assert scene.verified().served == ()


Change = Callable[[FaultyIndex], object]

CHANGES: dict[str, tuple[Change, dict[str, str], str]] = {
    "gone": (lambda s: s.files.pop(SDIST), {SDIST: "gone"}, "is gone"),
    "all gone": (lambda s: s.files.clear(), {WHEEL: "gone", SDIST: "gone"}, "is gone"),
    "changed": (lambda s: s.files.update({WHEEL: b"other"}), {WHEEL: "changed"}, "holds other bytes"),
    "changed behind its page": (
        lambda s: s.files_elsewhere.update({WHEEL: b"other"}),
        {WHEEL: "changed"},
        "its own address gives other bytes",
    ),
    "changed, no digests": (
        lambda s: s.__dict__.update(files=s.files | {WHEEL: b"other"}, reading="html without hashes"),
        {WHEEL: "changed"},
        "holds other bytes",
    ),
    "yanked": (lambda s: s.yanked.update({WHEEL: "broken"}), {WHEEL: "yanked"}, "was yanked"),
    "yanked without a word": (lambda s: s.yanked.update({WHEEL: ""}), {WHEEL: "yanked"}, "was yanked"),
    "quarantined": (
        lambda s: setattr(s, "project_status", "quarantined"),
        {},
        "nobody install it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_an_index_that_changed_its_mind_is_told(scene: Scene, server: FaultyIndex, name: str) -> None:
    """Changed, yanked, gone, quarantined: a fault each, with the file, and what to do."""
    change, expected, word = CHANGES[name]
    change(server)
    found = scene.verified(online=True)
    assert found.status == "differs"
    assert states(found) == {WHEEL: "served", SDIST: "served"} | expected
    assert found.first is not None
    assert word in found.first.what
    assert found.first.remedy
    assert scene.verified().status == "fits"


@pytest.mark.parametrize(
    "change",
    [
        lambda s: setattr(s, "reading", "status"),
        lambda s: setattr(s, "reading", "garbage"),
        lambda s: setattr(s, "reading", "login page"),
        lambda s: setattr(s, "reading", "reset"),
    ],
)
def test_no_usable_answer_is_unknown_and_not_fine(scene: Scene, server: FaultyIndex, change: Change) -> None:
    """An index that cannot be asked says neither yes nor no, and so it does not fit."""
    change(server)
    found = scene.verified(online=True)
    assert (found.status, found.of("fault")) == ("unknown", [])
    assert states(found) == {WHEEL: "unknown", SDIST: "unknown"}
    assert found.first is not None
    assert found.first.where == "index company"


def test_an_index_that_the_catalog_knows_no_more_is_unknown(scene: Scene) -> None:
    """Where nobody says how the index is reached, nobody can say what it serves."""
    (scene.root / "foundry.toml").unlink()
    found = scene.verified(online=True)
    assert found.status == "unknown"
    assert found.first is not None
    assert "no index `company`" in found.first.what


def test_notes_are_no_faults(scene: Scene, server: FaultyIndex) -> None:
    """An archived project and another file of this version are worth knowing, and fit."""
    server.project_status = "archived"
    server.files["demo_pkg-1.0-py2-none-any.whl"] = b"theirs"
    found = scene.verified(online=True)
    assert found.status == "fits"
    assert ["archived" in note.what or "py2" in note.what for note in found.of("note")] == [True, True]


def test_a_file_that_no_receipt_promises_may_be_missing(server: FaultyIndex, tmp_path: Path) -> None:
    """A release in doubt has nothing to lose at the index; where the file turned up, that is noted."""
    scene = Scene(tmp_path / "home").make(verdict="unknown")
    serve(scene, server)
    found = scene.verified(online=True)
    assert found.status == "fits"
    assert [f"{name} at company" for name in (WHEEL, SDIST)] == [note.where for note in found.of("note")]
    server.files.clear()
    assert scene.verified(online=True).findings == ()


def test_a_release_that_was_sent_nowhere_has_nothing_to_compare(scene: Scene) -> None:
    """Without a receipt no index is asked; that the receipt is gone is told by the ledger."""
    (scene.folder / "upload_receipt" / "company" / "receipt.json").unlink()
    found = scene.verified(online=True)
    assert found.served == ()
    assert found.first is not None
    assert found.first.where == "record upload_receipt/company/receipt.json"


def test_a_damaged_receipt_leaves_the_indexes_unknown(scene: Scene) -> None:
    """What the receipt promised cannot be read, so nothing is compared with it."""
    (scene.folder / "upload_receipt" / "company" / "receipt.json").write_bytes(b"{")
    found = scene.verified(online=True)
    assert found.status == "differs"
    assert [finding.where for finding in found.of("unknown")] == ["receipts"]


def test_the_embedded_index_is_opened_for_it(tmp_path: Path) -> None:
    """The index of this machine is served meanwhile, from the home's own folder."""
    scene = Scene(tmp_path / "home", index="local").make()
    with embedded_index(scene.home.index):
        pass
    for name, asset in ((WHEEL, "wheel"), (SDIST, "sdist")):
        (scene.home.index / name).write_bytes(scene.blob(asset).read_bytes())
    assert states(scene.verified(online=True)) == {WHEEL: "served", SDIST: "served"}
    (scene.home.index / WHEEL).write_bytes(b"other")
    assert states(scene.verified(online=True)) == {WHEEL: "changed", SDIST: "served"}
