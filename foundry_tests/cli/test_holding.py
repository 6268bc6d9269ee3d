"""The command `lift-hold`: a person's reason opens a held release, and nothing else does.

Add here what a correction asks of a person.
Not here: what a hold means (test_evidence), and when one is left (craft/test_publishing).
"""

from __future__ import annotations

from foundry_assets import evidence
from foundry_tests.cli.conftest import Call
from foundry_tests.story_fixtures import House, quick_project


def test_a_held_release_is_refused_until_its_hold_is_lifted(house: House, call: Call) -> None:
    """Exit code 1 and `held` with the command to use; after it, the same call publishes."""
    source = quick_project(house.root / "source")
    evidence.place_hold(house.shelf(), "local", because="no answer came", files=[], run_id="earlier")
    held = call("release", "--path", source, "--json")
    assert (held.code, held.objects[0]["status"]) == (1, "held")
    assert "foundry lift-hold story-quick==1.0 --index local --because" in held.objects[0]["message"]
    assert house.posts == []
    empty = call("lift-hold", "story-quick==1.0", "--index", "local", "--because", " ")
    assert (empty.code, "needs a reason" in empty.err) == (2, True)
    lifted = call("lift-hold", "story-quick==1.0", "--index", "local", "--because", "asked: nothing there")
    assert lifted.code == 0, lifted.err
    assert "asked: nothing there" in house.page()
    assert "A hold stands" not in house.page()
    assert call("verify", "story-quick==1.0").code == 0
    assert call("release", "--path", source, "--json").objects[0]["status"] == "published"
    (kept,) = evidence.corrections(house.shelf(), "local")
    assert kept.because == "asked: nothing there"
    assert kept.by
