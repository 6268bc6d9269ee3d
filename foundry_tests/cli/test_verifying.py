"""The command `verify`, and the folder of `show --export`, over a release of the real line.

Add here what a person at the terminal must be told.
Not here: what is found (verifying), and what is in the folder (test_exporting).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_tests.cli.conftest import Call
from foundry_tests.story_fixtures import SDIST, WHEEL, House, quick_project

KEY = "story-quick==1.0"


def test_a_release_is_verified_changed_and_verified(house: House, call: Call) -> None:
    """Exit code 0 and the head; after a change 1, and the first fault with expected, found and remedy."""
    released = call("release", "--path", quick_project(house.root / "source"), "--json").objects[0]
    good = call("verify", "Story_Quick==1.0", "--online")
    assert good.code == 0, good.out
    head = released["ledger"]["head"]
    assert f"{released['ledger']['lines']} lines, head {head}" in good.out
    assert f"at local: {WHEEL} served" in good.out
    assert call("verify", KEY, "--anchor", head).code == 0
    assert call("verify", KEY, "--anchor", "0" * 64).code == 1
    house.stored("wheel/checks/wheel_is_reproducible.json").write_text("{}", "utf-8")
    bad = call("verify", KEY)
    assert bad.code == 1
    lines = bad.out.splitlines()
    assert lines[0] == f"{KEY} does not fit"
    assert lines[1].startswith("  record wheel/checks/wheel_is_reproducible.json: is not as it was written")
    assert [line.split()[0] for line in lines[2:5]] == ["expected", "found", "->"]
    told = json.loads(call("verify", KEY, "--json").out)
    assert (told["status"], len(told["faults"]), told["first"]) == ("differs", 1, told["faults"][0])
    assert (told["release"], told["ledger"]["head"]) == (KEY, head)


def test_a_repeat_a_hold_and_its_lifting_leave_a_release_that_fits(house: House, call: Call) -> None:
    """Held, lifted, published, repeated and rehearsed: at each point the release is verified as it stands."""
    source = quick_project(house.root / "source")
    evidence.place_hold(house.shelf(), "local", because="no answer came", files=[], run_id="earlier")
    assert call("release", "--path", source).code == 1
    assert call("verify", KEY).code == 0
    assert call("lift-hold", KEY, "--index", "local", "--because", "asked: nothing there").code == 0
    assert call("verify", KEY).code == 0
    for _ in range(2):
        assert call("release", "--path", source).code == 0
    assert call("verify", KEY, "--online").code == 0
    assert call("verify", KEY, "--rehearsal").code == 2
    assert call("release", "--path", source, "--rehearse").code == 0
    assert call("verify", KEY, "--rehearsal").code == 0
    assert call("verify", KEY, "--rehearsal", "--online").code == 2
    assert call("verify", KEY).code == 0


def test_a_release_that_was_blocked_is_verified_too(house: House, call: Call) -> None:
    """What was judged after the blocking verdict is vouched for as well, also in a run from the UI."""
    source = quick_project(house.root / "source", code="import nowhere_to_be_found")
    assert call("release", "--path", source).code == 1
    assert call("verify", KEY).code == 0
    assert not house.launch(KEY).success
    told = call("verify", KEY)
    assert told.code == 0, told.out


@pytest.mark.parametrize(
    "words",
    [
        ("never-released==1.0",),
        ("story-quick",),
        (KEY, "--anchor", "abc"),
        (KEY, "--anchor", "g" * 64),
    ],
)
def test_a_wrong_call_is_told(call: Call, words: tuple[str, ...]) -> None:
    """An unknown release, no release, or a head that is no sha256: exit code 2, and nothing on stdout."""
    told = call("verify", *words)
    assert (told.code, told.out) == (2, "")
    assert "->" in told.err


def test_a_release_is_exported(house: House, call: Call, tmp_path: Path) -> None:
    """`show --export` writes the folder and says how it is checked; exit code 1 where something is wrong."""
    call("release", "--path", quick_project(house.root / "source"))
    told = call("show", KEY, "--export", tmp_path / "one")
    assert told.code == 0, told.err
    assert "sha256sum -c SHA256SUMS" in told.out
    assert {WHEEL, SDIST, "SHA256SUMS", "ledger.jsonl"} <= {
        path.name for path in (tmp_path / "one").iterdir()
    }
    assert call("show", KEY, "--export", tmp_path / "one").code == 2
    house.stored("wheel/checks/wheel_is_reproducible.json").unlink()
    assert call("show", KEY, "--export", tmp_path / "two").code == 1
    assert json.loads((tmp_path / "two" / "verified.json").read_text("utf-8"))["status"] == "differs"
