"""What summary, page and people know of a ledger finds its end, and what happened before it was there.

Add here another place that tells how far a ledger went.
Not here: changes inside the ledger and the store (test_tampering).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundry_assets import evidence
from foundry_assets.craft.change_control import told_head
from foundry_assets.craft.summary import read_entries
from foundry_assets.ledger import tail
from foundry_assets.release import Release
from foundry_assets.settling import anchor
from foundry_assets.store import ArtefactStore
from foundry_assets.verifying import verify
from foundry_tests.verifying.scene import RELEASE, WHEEL, Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A release."""
    return Scene(tmp_path).make()


def edit_entry(scene: Scene, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the release's entry in the summary by hand."""
    document = json.loads(scene.home.summary.read_text("utf-8"))
    change(document["artifacts"]["release_assembly"]["releases"][str(RELEASE)])
    scene.home.summary.write_text(json.dumps(document), "utf-8")


def cut(scene: Scene, keep: int) -> None:
    """Cut the ledger's end off, and with it the records that only those lines tell of."""
    for number in range(keep + 1, scene.lines + 1):
        place = json.loads(scene.line(number).read_text("utf-8"))["place"]
        if place:
            (scene.folder / place).unlink(missing_ok=True)
    for number in range(scene.lines, keep, -1):
        scene.line(number).unlink()


def page(scene: Scene) -> Path:
    """Give the Change Control page."""
    return scene.home.change_control / "demo-pkg-1.0.md"


def test_summary_page_and_outcome_tell_the_head(scene: Scene) -> None:
    """The same number of lines and the same sha256 stand in the summary and on the page; both are the end."""
    entry = read_entries(scene.home.summary)[str(RELEASE)]
    assert entry.ledger is not None
    head = scene.shelf.ledger.head()
    assert (entry.ledger.lines, entry.ledger.head) == (head.lines, head.head)
    assert told_head(page(scene).read_text("utf-8")) == head
    outcome = evidence.outcome_of(scene.shelf, "run-1")
    assert outcome is not None
    assert outcome.ledger is not None
    assert scene.shelf.ledger.holds(outcome.ledger)
    assert outcome.ledger.lines < head.lines


def test_a_cut_end_is_found_against_the_summary(scene: Scene) -> None:
    """Last lines and their records gone together leave a ledger that is whole: the summary knows better."""
    lines = scene.lines
    cut(scene, lines - 4)
    found = scene.verified()
    assert found.first is not None
    assert found.first.where == f"ledger line {lines - 3}"
    assert f"make_all_summary.json tells of {lines} lines" in found.first.what
    assert found.first.expected.startswith(f"{lines} lines")


def test_a_cut_end_is_found_against_the_page_alone(scene: Scene) -> None:
    """Without any summary the page tells it, and the missing summary is told too."""
    lines = scene.lines
    cut(scene, lines - 1)
    scene.home.summary.unlink()
    whats = [fault.what for fault in scene.verified().of("fault")]
    assert f"the end is cut off: demo-pkg-1.0.md tells of {lines} lines" in whats
    assert "it tells nothing of this release any more" in whats


def test_a_ledger_that_is_gone_is_found(scene: Scene) -> None:
    """No ledger, and a summary that tells of one: somebody removed it."""
    shutil.rmtree(scene.folder / "ledger")
    found = scene.verified()
    assert found.status == "differs"
    assert found.first is not None
    assert found.first.found == "no line at all"
    assert found.counted.files > 0


def test_a_noted_head_finds_what_was_rewritten_everywhere(scene: Scene) -> None:
    """Store, ledger, summary and page rewritten together fit; the head that a person noted does not."""
    noted = scene.shelf.ledger.head().head
    assert scene.verified(anchor=noted).status == "fits"
    rewritten = Scene(scene.root / "elsewhere").make("run-9")
    assert rewritten.verified().status == "fits"
    found = rewritten.verified(anchor=noted)
    assert found.status == "differs"
    assert found.first is not None
    assert "the head that you gave" in found.first.what


def test_a_noted_head_of_long_ago_still_holds(scene: Scene) -> None:
    """Lines that came later leave the old head where it was."""
    noted = scene.shelf.ledger.head().head
    scene.make("run-2")
    assert scene.verified(anchor=noted).status == "fits"


def test_a_run_after_a_cut_does_not_cover_it(scene: Scene) -> None:
    """The next runs write new heads; that an earlier one was contradicted stays told, on the page too."""
    past = scene.shelf.ledger.head()
    cut(scene, scene.lines - 4)
    forget(scene)
    scene.make("run-2")
    scene.make("run-3")
    found = scene.verified()
    assert found.status == "differs"
    (fault,) = found.of("fault")
    assert fault.where == f"ledger line {past.lines}"
    assert past.head in fault.expected
    assert f"It contradicts what was told before**: {past.lines} lines" in page(scene).read_text("utf-8")


def forget(scene: Scene) -> None:
    """Have this process know as little of the ledger as a new one."""
    tail._tails.clear()


@pytest.mark.parametrize(
    ("key", "value"), [("status", "refused"), ("credential_source", "other"), ("checks", []), ("files", [])]
)
def test_an_edited_entry_is_found(scene: Scene, key: str, value: object) -> None:
    """An entry of the summary that is not the settled one is told with the keys that differ."""
    edit_entry(scene, lambda entry: entry.__setitem__(key, value))
    (fault,) = scene.verified().of("fault")
    assert fault.where == "make_all_summary.json"
    assert fault.what.endswith(f"not the one that was settled: {key}")


@pytest.mark.parametrize("change", [lambda text: text.replace("published", "refused"), lambda _: ""])
def test_an_edited_page_is_found(scene: Scene, change: Callable[[str], str]) -> None:
    """A page that is not the one that was written is no word of the foundry's."""
    page(scene).write_text(change(page(scene).read_text("utf-8")), "utf-8")
    (fault,) = scene.verified().of("fault")
    assert fault.where == "page demo-pkg-1.0.md"


def test_what_came_after_the_summary_is_vouched_for_by_nobody(scene: Scene) -> None:
    """A hold and its correction that no head covers are unknown; anchored, they fit, and stay."""
    shelf = scene.shelf
    evidence.place_hold(shelf, "company", because="500", files=[WHEEL], run_id="run-2")
    evidence.lift_hold(shelf, "company", because="it is there", by="me")
    found = scene.verified()
    assert (found.status, found.of("fault")) == ("unknown", [])
    assert found.first is not None
    assert "upload_receipt/company/corrections/0001.json" in found.first.found
    assert "(2 lines)" in found.first.what
    anchor(scene.home, shelf)
    assert scene.verified().findings == ()
    cut(scene, scene.lines - 2)
    assert scene.verified().status == "differs"


def test_anchoring_twice_writes_nothing_new(scene: Scene) -> None:
    """Where the summary tells the end already, nothing is added; nor where it is lost, and is put back."""
    lines = scene.lines
    anchor(scene.home, scene.shelf)
    assert scene.lines == lines
    scene.home.summary.unlink()
    anchor(scene.home, scene.shelf)
    assert (scene.lines, scene.verified().findings) == (lines, ())


def before_ledgers(scene: Scene) -> None:
    """Have the release be as if it was made before there were ledgers."""
    shutil.rmtree(scene.folder / "ledger")
    for name in ("summary.json", "SHA256SUMS"):
        (scene.folder / name).unlink()
    edit_entry(scene, lambda entry: entry.pop("ledger"))
    page(scene).write_text(page(scene).read_text("utf-8").partition("## Ledger")[0], "utf-8")
    forget(scene)


def test_a_release_of_before_there_were_ledgers_is_told_as_one(scene: Scene) -> None:
    """Not verifiable, and no crash: its files are hashed all the same, and a changed one is a fault."""
    before_ledgers(scene)
    found = scene.verified()
    assert (found.status, found.ledger, found.of("fault")) == ("unknown", None, [])
    assert found.first is not None
    assert "before there were ledgers" in found.first.what
    assert found.counted.files == 4
    scene.blob("wheel").write_bytes(b"other")
    assert scene.verified().status == "differs"


def test_a_release_of_before_goes_on_with_a_ledger(scene: Scene) -> None:
    """Its next run begins one, and says of the records that were there that they came before their lines."""
    before_ledgers(scene)
    kept = scene.folder / "runs" / "run-1.json"
    scene.make("run-2")
    found = scene.verified()
    assert found.status == "fits"
    (note,) = found.of("note")
    assert "were there before their lines" in note.what
    kept.write_bytes(kept.read_bytes() + b" ")
    assert scene.verified().status == "differs"


def test_a_forged_record_with_a_line_of_its_own_is_vouched_for_by_nobody(scene: Scene) -> None:
    """Whoever changes a record and writes the line for it cannot have the summary's head with it."""
    scene.shelf.write("wheel/checks/wheel_is_reproducible.json", scene.shelf.manifest("wheel"))
    found = scene.verified()
    assert found.status == "unknown"
    assert found.first is not None
    assert found.first.found == "wheel/checks/wheel_is_reproducible.json"


def test_a_release_that_was_killed_before_its_first_end_is_told(scene: Scene) -> None:
    """Where no run came to its end, nobody vouches for anything."""
    release = Release.of("demo-pkg", "3.0")
    shelf = ArtefactStore(root=str(scene.home.store)).shelf(release)
    shelf.put_text("wheel", "demo.whl", "x", facts={})
    found = verify(shelf, scene.foundry, entry=None)
    assert found.status == "unknown"
    assert found.first is not None
    assert "the summary vouches for none of it" in found.first.what


def test_nothing_left_of_a_release_is_told(scene: Scene) -> None:
    """A summary that tells of a release of which nothing is stored is not fine."""
    edit_entry(scene, lambda entry: entry.pop("ledger"))
    page(scene).unlink()
    shutil.rmtree(scene.folder)
    found = scene.verified()
    assert found.first is not None
    assert (found.status, found.first.what) == ("differs", "nothing of this release is there")
