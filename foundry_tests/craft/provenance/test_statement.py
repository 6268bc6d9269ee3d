"""The SLSA statement: its subjects, its materials, and the names that the specifications use.

Add here a promise about what a verifier of provenance finds.
Not here: where it is stored (test_story, assets).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from foundry_assets.craft.provenance import Build, Material, Statement, statement_of

_FILES = {"demo-1.0.tar.gz": "b" * 64, "demo-1.0-py3-none-any.whl": "a" * 64}
_BUILD = Build(
    run_id="run-1",
    started="2026-01-02T03:04:05.000Z",
    finished="2026-01-02T03:04:06.000Z",
    requirements={"Hatchling": "1.33.0", "packaging": "26.3"},
    environment={"python": "3.11.7"},
    settings={"isolation": "process"},
)


def _told(origin: str = "folder", commit: str = "") -> dict[str, Any]:
    material = Material(origin, commit, "c" * 64, "d" * 64)
    told: dict[str, Any] = json.loads(statement_of("demo", "1.0", _FILES, material, _BUILD).as_json())
    return told


def test_the_envelope_is_in_totos() -> None:
    """Type, predicate type and field names are those of in-toto Statement v1 and SLSA Provenance v1."""
    told = _told()
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    assert told["predicateType"] == "https://slsa.dev/provenance/v1"
    assert set(told) == {"_type", "subject", "predicateType", "predicate"}
    assert set(told["predicate"]["buildDefinition"]) == {
        "buildType",
        "externalParameters",
        "internalParameters",
        "resolvedDependencies",
    }
    metadata = told["predicate"]["runDetails"]["metadata"]
    assert metadata == {"invocationId": "run-1", "startedOn": _BUILD.started, "finishedOn": _BUILD.finished}


def test_the_subjects_are_the_files() -> None:
    """Every file is a subject with its sha256, in a fixed order."""
    assert _told()["subject"] == [
        {"name": "demo-1.0-py3-none-any.whl", "digest": {"sha256": "a" * 64}},
        {"name": "demo-1.0.tar.gz", "digest": {"sha256": "b" * 64}},
    ]


@pytest.mark.parametrize(
    ("origin", "commit", "expected"),
    [
        ("folder", "", None),
        ("https://code.example/demo.git", "e" * 40, "git+https://code.example/demo.git"),
        ("folder", "e" * 40, "no address"),
    ],
)
def test_the_materials_are_source_and_requirements(origin: str, commit: str, expected: str | None) -> None:
    """A commit is there where there is one; both trees and every build requirement always are."""
    dependencies = _told(origin, commit)["predicate"]["buildDefinition"]["resolvedDependencies"]
    commits = [found for found in dependencies if "gitCommit" in found.get("digest", {})]
    assert [found.get("uri", "no address") for found in commits] == ([expected] if expected else [])
    assert [
        found["digest"]["sha256"][0] for found in dependencies if "sha256" in found.get("digest", {})
    ] == [
        "c",
        "d",
    ]
    assert [found["uri"] for found in dependencies if found.get("uri", "").startswith("pkg:")] == [
        "pkg:pypi/hatchling@1.33.0",
        "pkg:pypi/packaging@26.3",
    ]


def test_it_reads_back_as_it_was_written() -> None:
    """The JSON form is complete: reading it gives an equal statement."""
    statement = statement_of("demo", "1.0", _FILES, Material("folder", "", "c" * 64, "d" * 64), _BUILD)
    assert Statement.model_validate_json(statement.as_json()) == statement
