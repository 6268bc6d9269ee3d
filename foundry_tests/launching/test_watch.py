"""What is new follows from what is declared, released and on the index; whatever is unknown launches nothing.

Add here a rule about versions.
Not here: reading sources and indexes, and launching (test_sensors).
"""

from __future__ import annotations

from collections.abc import Collection

import pytest

from foundry_assets.launching.watch import what_is_new
from foundry_assets.release import Release


@pytest.mark.parametrize(
    ("declared", "released", "on_index", "launches", "why"),
    [
        ("1.1", ["1.0"], [], "1.1", "1.1 is new"),
        ("1.1", ["1.0"], ["1.0"], "1.1", "is new"),
        ("1.1", [], [], "1.1", "is new"),
        ("1.10", ["1.9"], ["1.9"], "1.10", "is new"),
        ("2.0rc1", ["1.0"], ["1.0"], "2.0rc1", "is new"),
        ("2.0", ["2.0rc1"], ["2.0rc1"], "2.0", "is new"),
        ("1.0.post1", ["1.0"], ["1.0"], "1.0.post1", "is new"),
        ("1!1.0", ["2026.1"], ["2026.1"], "1!1.0", "is new"),
        ("v1.1", ["1.0"], [], "1.1", "1.1 is new"),
        ("1.1", ["1.0"], ["nonsense", "0.9-bad"], "1.1", "is new"),
        ("1.1", None, [], "", "first sight of 1.1"),
        ("1.1", None, None, "", "first sight of 1.1"),
        ("1.0", ["1.0"], [], "", "1.0 is known"),
        ("1.0.0", ["1.0"], [], "", "is known"),
        ("1.0", ["1.0"], None, "", "is known"),
        ("1.1", ["1.0"], None, "", "unknown launches nothing"),
        ("1.1", ["1.0"], ["1.1"], "", "on the index already"),
        ("1.1", ["1.0"], ["1.1.0", "2.0"], "", "on the index already"),
        ("1.1", ["1.2"], [], "", "older than 1.2: a version went down"),
        ("1.1", ["1.0"], ["2.0"], "", "older than 2.0"),
        ("1.0", ["1.0.post1"], [], "", "older than 1.0.post1"),
        ("1.0rc1", ["1.0"], [], "", "older than 1.0"),
        ("1.1+local", ["1.0"], [], "", "local part"),
        ("latest", ["1.0"], [], "", "not a version"),
        ("", ["1.0"], [], "", "not a version"),
    ],
)
def test_each_rule(
    declared: str,
    released: Collection[str] | None,
    on_index: Collection[str] | None,
    launches: str,
    why: str,
) -> None:
    """Only a version above all that is released and on the index is launched; else the reason is said."""
    known = {} if released is None else {"demo-pkg": released}
    (sighting,) = what_is_new({"demo-pkg": declared}, known, {"demo-pkg": on_index})
    assert sighting.release == (Release.of("demo-pkg", launches) if launches else None)
    assert (sighting.name, why in sighting.why) == ("demo-pkg", True), sighting.why


def test_an_index_that_was_not_asked_holds_nothing() -> None:
    """A package whose index nobody asked, such as the embedded one, is judged by what was released."""
    (sighting,) = what_is_new({"demo-pkg": "1.1"}, {"demo-pkg": ["1.0"]}, {})
    assert sighting.release == Release.of("demo-pkg", "1.1")


def test_packages_are_judged_each_for_itself() -> None:
    """One package's trouble stops no other, and the order is that of their names."""
    sightings = what_is_new(
        {"c": "2.0", "a": "nonsense", "b": "1.0"}, {"a": [], "b": ["1.0"], "c": ["1.0"]}, {"c": ["1.0"]}
    )
    assert [(s.name, s.release and str(s.release)) for s in sightings] == [
        ("a", None),
        ("b", None),
        ("c", "c==2.0"),
    ]
    assert what_is_new({}, {}, {}) == ()
