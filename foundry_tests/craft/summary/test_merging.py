"""Merging: whatever others keep in the document is there afterwards, and our part is in its place.

Add here another thing that others may keep in the document.
Not here: other writers at the same time (test_shared_file).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundry_assets.craft.summary import read_entries, write_entry
from foundry_assets.craft.summary.merging import parse
from foundry_tests.craft.summary.entries import KEY, THEIRS, entry, read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the summary lies."""
    return tmp_path / "make_all_summary.json"


def test_other_peoples_keys_survive(path: Path) -> None:
    """Every foreign key, list order and unknown stage is there afterwards as it was; ours is in its place."""
    path.write_text(json.dumps(THEIRS), encoding="utf-8")
    write_entry(path, KEY, entry())
    document = read(path)
    assert document["zebra"] == THEIRS["zebra"]
    assert {key: document["artifacts"][key] for key in ("wheels", "ünïcode")} == {
        key: THEIRS["artifacts"][key] for key in ("wheels", "ünïcode")
    }
    assert document["artifacts"]["pypi_release_status"] == {"theirs": None, "other": True, "demo-pkg": True}
    stages = document["stages"]
    assert [stages[at] for at in (0, 1, 2, 4)] == [THEIRS["stages"][at] for at in (0, 1, 2, 4)]
    assert (stages[3]["title"], stages[3]["owner"], stages[3]["status"]) == (
        "Publishing",
        "orchestrator",
        "completed",
    )
    assert list(document) == sorted(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
OURS = {"artifacts", "stages", "generated_at"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    top=st.dictionaries(st.text(max_size=6).filter(lambda key: key not in OURS), json_values, max_size=3),
    stages=st.lists(json_values, max_size=3),
    artifacts=st.dictionaries(
        st.text(max_size=6).filter(lambda key: key != "release_assembly"), json_values, max_size=3
    ),
)
def test_any_document_survives(
    tmp_path_factory: pytest.TempPathFactory,
    top: dict[str, Any],
    stages: list[Any],
    artifacts: dict[str, Any],
) -> None:
    """Whatever others keep in the file, it is there after our writing, in the same form and order."""
    path = tmp_path_factory.mktemp("any") / "make_all_summary.json"
    theirs = top | {"stages": stages, "artifacts": artifacts}
    path.write_text(json.dumps(theirs), encoding="utf-8")
    written = write_entry(path, KEY, entry())
    document = read(path)
    assert written.set_aside is None
    assert {key: document[key] for key in top} == top
    assert [s for s in document["stages"] if not _is_ours(s)] == [s for s in stages if not _is_ours(s)]
    kept = {
        k: v for k, v in document["artifacts"].items() if k not in ("release_assembly", "pypi_release_status")
    }
    assert kept == {key: value for key, value in artifacts.items() if key != "pypi_release_status"}


def _is_ours(stage: object) -> bool:
    return isinstance(stage, dict) and stage.get("id") == "publishing"


def test_keys_that_others_add_within_our_part_survive(path: Path) -> None:
    """A note that somebody writes into our part, or into a release's entry, stays as long as the release."""
    write_entry(path, KEY, entry())
    document = read(path)
    assembly = document["artifacts"]["release_assembly"]
    assembly["approved_by"] = "the board"
    assembly["releases"][KEY]["ticket"] = {"number": 7}
    path.write_text(json.dumps(document), encoding="utf-8")
    write_entry(path, "other==2.0", entry("other", "2.0"))
    write_entry(path, KEY, entry(message="again"))
    assembly = read(path)["artifacts"]["release_assembly"]
    assert assembly["approved_by"] == "the board"
    assert assembly["releases"][KEY]["ticket"] == {"number": 7}
    assert assembly["releases"][KEY]["message"] == "again"
    assert set(read_entries(path)) == {KEY, "other==2.0"}


def test_a_text_made_to_be_deep_is_no_document() -> None:
    """Brackets without end are told as no summary, not with a crash."""
    assert parse(b"[" * 200_000) is None
