"""Whatever somebody does to a line, a record or a file is found; an untouched release fits.

Add here another thing that can be done to what is stored.
Not here: what was told of it elsewhere (test_told), and the indexes (test_online).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore
from foundry_assets.verifying import verify
from foundry_tests.verifying.scene import Scene

Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A release that nobody touches: it is copied for each example."""
    return Scene(tmp_path_factory.mktemp("template")).make()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the copy goes."""
    return tmp_path_factory.mktemp("copies") / "home"


def copy_of(template: Scene, folder: Path) -> Scene:
    """Give a fresh copy of the release."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template.root, folder)
    return Scene(folder)


def order(scene: Scene, wanted: list[bytes]) -> None:
    """Have the ledger consist of these lines, in this order."""
    shutil.rmtree(scene.folder / "ledger")
    (scene.folder / "ledger").mkdir()
    for number, data in enumerate(wanted, start=1):
        scene.line(number).write_bytes(data)


def lines_of(scene: Scene) -> list[bytes]:
    """Give the bytes of every line."""
    return [scene.line(number).read_bytes() for number in range(1, scene.lines + 1)]


def chained(lines: list[bytes], since: int) -> list[bytes]:
    """Write every line from `since` on anew, so that each again has the sha256 and number it should have."""
    done = lines[:since]
    for data in lines[since:]:
        told = json.loads(data)
        told["seq"] = len(done) + 1
        if done:
            told["previous"] = hashlib.sha256(done[-1]).hexdigest()
        done.append((json.dumps(told, separators=(",", ":")) + "\n").encode())
    return done


def test_an_untouched_release_fits(template: Scene, folder: Path) -> None:
    """Nothing is found where nothing was done; every record and file was read for it."""
    found = copy_of(template, folder).verified()
    assert (found.status, found.findings, found.first) == ("fits", (), None)
    assert found.ledger is not None
    assert found.ledger.lines == template.lines > 20
    records = [path for path in template.folder.rglob("*") if path.is_file() and path.parent.name != "ledger"]
    blobs = [path for path in (template.home.store / "blobs").rglob("*") if path.is_file()]
    assert (found.counted.records, found.counted.files) == (len(records), len(blobs))


def test_chaining_anew_gives_the_same_lines(template: Scene) -> None:
    """The proof of the attacks below: written anew, untouched lines are byte for byte what they were."""
    assert chained(lines_of(template), 0) == lines_of(template)


reorderings = st.sampled_from(["cut", "cut a piece", "duplicate", "insert", "swap", "move", "cut the end"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), kind=reorderings, is_chained_anew=st.booleans())
def test_lines_cut_inserted_or_reordered_are_found(
    template: Scene, folder: Path, data: st.DataObject, kind: str, is_chained_anew: bool
) -> None:
    """Cut, double, insert, swap or move any line, with numbers and sha256 written anew or not: found."""
    scene = copy_of(template, folder)
    before = lines_of(scene)
    places = st.integers(0, len(before) - 1) | st.just(len(before) - 1)
    at, other = data.draw(places), data.draw(places)
    lines = list(before)
    if kind == "cut":
        del lines[at]
    elif kind == "cut a piece":
        del lines[min(at, other) : max(at, other) + 1]
    elif kind == "cut the end":
        del lines[at:]
    elif kind == "duplicate":
        lines.insert(at, lines[at])
    elif kind == "insert":
        lines.insert(at, lines[other])
    elif kind == "swap":
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines.insert(other, lines.pop(at))
    order(scene, chained(lines, min(at, other)) if is_chained_anew else lines)
    found = scene.verified()
    if lines == before:
        assert found.status == "fits"
    elif is_chained_anew and lines[: len(before)] == before:  # more was written, as a run would write it
        assert (found.status, found.of("fault")) == ("unknown", [])
    else:
        assert found.status == "differs", kind
        assert found.first is not None
        assert found.first.where.startswith("ledger")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.data(), field=st.sampled_from(["at", "kind", "place", "sha256", "run_id", "writer", "previous"])
)
@pytest.mark.parametrize("is_chained_anew", [False, True])
def test_an_edited_line_is_found_and_named(
    template: Scene, folder: Path, data: st.DataObject, field: str, is_chained_anew: bool
) -> None:
    """Change one field of any line: that very line is named first.

    Where all that follows was chained anew the end tells, or the two lines that then do not fit.
    """
    scene = copy_of(template, folder)
    lines = lines_of(scene)
    at = data.draw(st.integers(0, len(lines) - 1))
    told = json.loads(lines[at])
    told[field] = "0" * 64 if field in ("sha256", "previous") else f"{told[field]}x"
    lines[at] = (json.dumps(told, separators=(",", ":")) + "\n").encode()
    order(scene, chained(lines, at + 1) if is_chained_anew else lines)
    found = scene.verified()
    assert found.status == "differs"
    assert found.first is not None
    named = int(found.first.where.split()[2])
    assert named in ({at, at + 1, len(lines)} if is_chained_anew else {at + 1})
    assert found.first.remedy


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), kind=st.sampled_from(["flip", "cut", "delete", "append", "empty"]))
def test_any_byte_of_anything_stored_is_found(
    template: Scene, folder: Path, data: st.DataObject, kind: str
) -> None:
    """Flip a bit, cut, empty, lengthen or delete any file below the store: found, and told with a remedy."""
    scene = copy_of(template, folder)
    files = sorted(path for path in scene.home.store.rglob("*") if path.is_file())
    file = data.draw(st.sampled_from(files))
    content = file.read_bytes()
    at = data.draw(st.integers(0, max(0, len(content) - 1)))
    changes: dict[str, Change] = {
        "flip": lambda text: text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :],
        "cut": lambda text: text[:at],
        "append": lambda text: text + b"\n",
        "empty": lambda _: b"",
        "delete": lambda _: b"",
    }
    file.write_bytes(changes[kind](content))
    if kind == "delete":
        file.unlink()
    found = scene.verified()
    assert found.status == "differs", file
    assert found.first is not None
    assert found.first.remedy
    if "ledger" not in file.parts and "blobs" not in file.parts:
        assert found.first.where == f"record {file.relative_to(scene.folder).as_posix()}"


@pytest.mark.parametrize(
    "place",
    [
        "upload_receipt/company/corrections/0001.json",
        "upload_receipt/company/intents/demo_pkg-1.0.tar.gz/0002.json",
        "wheel/checks/another_check.json",
        "evil.txt",
        "ledger/evil.json",
    ],
)
def test_what_no_line_tells_of_is_found(template: Scene, folder: Path, place: str) -> None:
    """A record that somebody put there by hand, such as a correction that nobody wrote, is named."""
    scene = copy_of(template, folder)
    (scene.folder / place).parent.mkdir(parents=True, exist_ok=True)
    (scene.folder / place).write_text("{}", "utf-8")
    found = scene.verified()
    assert found.status == "differs"
    assert found.first is not None
    assert found.first.where == f"record {place}"
    assert "no line of the ledger tells of it" in found.first.what


def test_every_fault_is_listed_and_the_first_said_first(template: Scene, folder: Path) -> None:
    """Three things done at once are three faults: the ledger's own line comes before records and files."""
    scene = copy_of(template, folder)
    scene.blob("wheel").write_bytes(b"other")
    (scene.folder / "wheel/checks/wheel_is_reproducible.json").unlink()
    scene.line(5).unlink()
    found = scene.verified()
    wheres = [finding.where for finding in found.of("fault")]
    assert wheres[0] == "ledger line 5"
    assert "record wheel/checks/wheel_is_reproducible.json" in wheres
    assert "file demo_pkg-1.0-py3-none-any.whl of `wheel`" in wheres
    told = found.as_json()
    assert (told["status"], told["first"]["where"]) == ("differs", "ledger line 5")
    assert [fault["where"] for fault in told["faults"]] == wheres
    assert json.loads(json.dumps(told)) == told


def test_an_older_record_put_back_is_found(template: Scene, folder: Path) -> None:
    """A verdict of an earlier run in place of the newest is told as what it is."""
    scene = copy_of(template, folder)
    file = scene.folder / "wheel" / "checks" / "wheel_is_reproducible.json"
    older = file.read_bytes()
    scene.make("run-2")
    assert scene.verified().status == "fits"
    file.write_bytes(older)
    (fault,) = scene.verified().of("fault")
    assert fault.where == "record wheel/checks/wheel_is_reproducible.json"
    assert "but as it was before" in fault.what


def test_a_ledger_of_another_release_is_no_ledger_of_this(template: Scene, folder: Path) -> None:
    """Lines that were copied from a rehearsal or another version do not begin this release's ledger."""
    scene = copy_of(template, folder)
    shutil.copytree(scene.folder, scene.home.store / "demo-pkg" / "2.0")
    other = ArtefactStore(root=str(scene.home.store)).shelf(Release.of("demo-pkg", "2.0"))
    found = verify(other, scene.foundry, entry=None)
    assert found.first is not None
    assert found.first.where.startswith("ledger line 1 ")
    assert "does not begin the ledger of demo-pkg==2.0" in found.first.what
