"""The stage and the yes-or-no of a package follow from all its releases, newest first.

Add here another way in which releases can stand together.
Not here: the file that holds them (test_shared_file).
"""

from __future__ import annotations

import jsonschema
import pytest

from foundry_assets.craft.summary import ReleaseEntry, json_schema
from foundry_assets.craft.summary.standing import Standing, stage_of, standing_in, status_by_name
from foundry_tests.craft.summary.entries import entry

OLD, NEW, NEWEST = (f"2026-01-0{day}T00:00:00.000Z" for day in (1, 2, 3))


def together(*entries: ReleaseEntry, rehearsed: tuple[ReleaseEntry, ...] = ()) -> dict[str, ReleaseEntry]:
    """Give entries under their keys."""
    real = {f"{told.name}=={told.version}": told for told in entries}
    return real | {f"{told.name}=={told.version} (rehearsal)": told for told in rehearsed}


def standings(releases: dict[str, ReleaseEntry]) -> dict[str, Standing]:
    """Give how each stands, read off its JSON as it is in the file."""
    return {key: standing_in(told.model_dump(mode="json")) for key, told in releases.items()}


@pytest.mark.parametrize(
    ("releases", "status", "messages"),
    [
        ({}, "completed", []),
        (together(entry()), "completed", []),
        (together(entry(status="rehearsed")), "completed", []),
        (
            together(entry(warning="two members differ")),
            "attention",
            ["demo-pkg==1.0: two members differ"],
        ),
        *[
            (together(entry(status=bad, message="why")), "blocked", [f"demo-pkg==1.0: {bad}: why"])
            for bad in ("blocked", "refused", "in_doubt", "held", "failed")
        ],
        (
            together(entry("a", status="held", message="why"), entry("b", warning="hm")),
            "blocked",
            ["a==1.0: held: why", "b==1.0: hm"],
        ),
        (
            together(entry(version="1.0", status="failed", at=OLD), entry(version="1.1", at=NEW)),
            "completed",
            [],
        ),
        (
            together(
                entry(version="2.0", at=OLD), entry(version="1.1", status="failed", message="m", at=NEW)
            ),
            "blocked",
            ["demo-pkg==1.1: failed: m"],
        ),
        (
            together(
                entry(status="held", message="m", at=OLD), rehearsed=(entry(status="rehearsed", at=NEW),)
            ),
            "blocked",
            ["demo-pkg==1.0: held: m"],
        ),
        (
            together(entry(at=OLD), rehearsed=(entry(status="blocked", message="m", at=NEW),)),
            "blocked",
            ["demo-pkg==1.0 (rehearsal): blocked: m"],
        ),
        (
            together(entry(at=NEW), rehearsed=(entry(status="blocked", at=OLD),)),
            "completed",
            [],
        ),
    ],
)
def test_the_stage_says_how_all_releases_stand(
    releases: dict[str, ReleaseEntry], status: str, messages: list[str]
) -> None:
    """A package's newest release counts, and its newest rehearsal while no release came later."""
    stage = stage_of(standings(releases))
    assert (stage.id, stage.status, stage.messages) == ("publishing", status, messages)
    assert stage.metadata["releases"] == len(releases)


@pytest.mark.parametrize(
    ("releases", "told"),
    [
        (together(entry()), {"demo-pkg": True}),
        (together(entry(status="in_doubt")), {"demo-pkg": False}),
        (
            together(entry(at=OLD), entry(version="1.1", status="failed", at=NEW)),
            {"demo-pkg": False},
        ),
        (together(entry(at=OLD), rehearsed=(entry(status="rehearsed", at=NEW),)), {"demo-pkg": True}),
        (together(rehearsed=(entry(status="rehearsed"),)), {"demo-pkg": False}),
        (together(entry("a"), entry("b", status="held")), {"a": True, "b": False}),
    ],
)
def test_a_package_is_published_when_its_newest_release_is(
    releases: dict[str, ReleaseEntry], told: dict[str, bool]
) -> None:
    """`pypi_release_status` follows releases; a monthly rehearsal does not unpublish anything."""
    assert status_by_name(standings(releases)) == told


@pytest.mark.parametrize("is_told", [True, False])
def test_an_entry_may_tell_the_ledgers_head(is_told: bool) -> None:
    """The head, the page's sha256 and past contradictions fit the schema; so does an older entry."""
    head = {"lines": 3, "head": "a" * 64}
    told = entry().model_dump(mode="json")
    del told["ledger"]
    if is_told:
        told["ledger"] = head | {"page_sha256": "b" * 64, "contradicts": [head]}
    document = {
        "artifacts": {
            "release_assembly": {"schema_version": 1, "releases": {"demo-pkg==1.0": told}},
            "pypi_release_status": {},
        },
        "stages": [stage_of({}).model_dump(mode="json")],
        "generated_at": NEW,
    }
    jsonschema.validate(document, json_schema(), cls=jsonschema.Draft202012Validator)
    read = ReleaseEntry.model_validate(told)
    assert (read.ledger.lines if read.ledger else None) == (3 if is_told else None)
    told["ledger"] = {"lines": 3, "head": "no sha256"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema(), cls=jsonschema.Draft202012Validator)
