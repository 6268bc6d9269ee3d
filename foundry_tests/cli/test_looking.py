"""The commands that look: what was released, and the evidence of one release.

Add here another way of looking.
Not here: what is written down (summary, Change Control).
"""

from __future__ import annotations

import json

from foundry_tests.cli.conftest import Call
from foundry_tests.story_fixtures import WHEEL, House, quick_project


def test_status_lists_releases_and_rehearsals(house: House, call: Call) -> None:
    """Every release of the home stands in a line that fits 80 columns, and as JSON for programs."""
    source = quick_project(house.root / "source")
    house.release(source)
    house.release(source, mode="rehearse")
    told = call("status")
    lines = told.out.splitlines()
    assert told.code == 0
    assert [line.split()[0] for line in lines] == ["release", "story-quick==1.0", "story-quick==1.0"]
    assert "published" in lines[1]
    assert "(rehearsal)" in lines[2]
    assert max(map(len, lines)) <= 80
    objects = call("status", "--json").objects
    assert [found["status"] for found in objects] == ["published", "rehearsed"]
    assert [found["release"] for found in objects] == ["story-quick==1.0", "story-quick==1.0 (rehearsal)"]


def test_status_of_a_fresh_home_says_how_to_begin(call: Call) -> None:
    """Where nothing was released yet, people are told the first command."""
    told = call("status")
    assert (told.code, told.out) == (0, "")
    assert "foundry demo" in told.err


def test_show_gives_the_evidence_of_one_release(house: House, call: Call) -> None:
    """`show` prints the Change Control page and where each file lies, the rehearsal's own when asked."""
    source = quick_project(house.root / "source")
    published = house.release(source)
    told = call("show", "Story_Quick==1.0")
    assert told.code == 0
    assert WHEEL in told.out
    (sha256,) = [file.sha256 for file in published.files if file.filename == WHEEL]
    assert f"{WHEEL}: file://" in told.out
    assert sha256 in told.out.replace("\n", "")
    entry = json.loads(call("show", "story-quick==1.0", "--json").out)
    assert (entry["release"], entry["status"]) == ("story-quick==1.0", "published")
    assert call("show", "story-quick==1.0", "--rehearsal").code == 2
    house.release(source, mode="rehearse")
    rehearsal = json.loads(call("show", "story-quick==1.0", "--rehearsal", "--json").out)
    assert rehearsal["status"] == "rehearsed"
