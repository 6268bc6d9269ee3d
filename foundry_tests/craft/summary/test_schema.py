"""The published schema: real summaries fit it, and a summary with anything wrong in our part does not.

Add here another way in which a summary can be wrong.
Not here: printing the schema (cli/test_summary).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from foundry_assets.craft.summary import json_schema, schema_text, write_entry
from foundry_assets.errors import CallIsWrong
from foundry_assets.schemas import SCHEMAS, schema_text_of
from foundry_tests.craft.summary.entries import KEY, THEIRS, entry

Document = dict[str, Any]


def written(folder: Path) -> Document:
    """Give a summary as it was written into somebody else's document."""
    path = folder / "make_all_summary.json"
    path.write_text(json.dumps(THEIRS), encoding="utf-8")
    write_entry(path, KEY, entry(warning="two members differ"))
    document: Document = json.loads(path.read_bytes())
    return document


def faults(document: Any) -> list[str]:
    """Give what the schema has against a document."""
    found = jsonschema.Draft202012Validator(json_schema()).iter_errors(document)
    return [error.message for error in found]


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_every_published_schema_is_one_of_2020_12(name: str) -> None:
    """Each names its dialect and is well formed in it."""
    schema = json.loads(schema_text_of(name))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    """Who asks for a schema that there is none of learns which there are."""
    with pytest.raises(CallIsWrong, match="summary"):
        schema_text_of("nothing")


def test_a_real_summary_fits_and_the_schema_lies_beside_it(tmp_path: Path) -> None:
    """The text beside the file is the one that is printed, and the file fits it with all its foreign keys."""
    assert faults(written(tmp_path)) == []
    assert (tmp_path / "make_all_summary.schema.json").read_text(encoding="utf-8") == schema_text()


WRONG: dict[str, Callable[[Document], Any]] = {
    "no assembly": lambda told: told["artifacts"].pop("release_assembly"),
    "no statuses": lambda told: told["artifacts"].pop("pypi_release_status"),
    "no time": lambda told: told.pop("generated_at"),
    "no stages": lambda told: told.pop("stages"),
    "another version": lambda told: assembly(told).update(schema_version=2),
    "releases as a list": lambda told: assembly(told).update(releases=[]),
    "our stage is gone": lambda told: told["stages"].pop(3),
    "our stage in an odd state": lambda told: told["stages"][3].update(status="weird"),
    "our stage without messages": lambda told: told["stages"][3].pop("messages"),
    "no index": lambda told: release(told).pop("index"),
    "an odd status": lambda told: release(told).update(status="done"),
    "a short digest": lambda told: release(told)["files"][0].update(sha256="abc"),
    "no second digest": lambda told: release(told)["files"][0].pop("blake2b_256"),
    "a negative size": lambda told: release(told)["files"][0].update(bytes=-1),
    "a kind of file that there is none of": lambda told: release(told)["files"][0].update(kind="egg"),
    "a check without a verdict": lambda told: release(told)["checks"][0].pop("passed"),
    "tools as a list": lambda told: release(told).update(tools=["build"]),
}


@pytest.mark.parametrize("wrong", list(WRONG))
def test_a_summary_with_something_wrong_in_our_part_does_not_fit(tmp_path: Path, wrong: str) -> None:
    """Whoever reads the file can tell by the schema alone that our part is not as it should be."""
    document = written(tmp_path)
    WRONG[wrong](document)
    assert faults(document)


def assembly(document: Document) -> Document:
    """Give our part."""
    part: Document = document["artifacts"]["release_assembly"]
    return part


def release(document: Document) -> Document:
    """Give the one entry in it."""
    found: Document = assembly(document)["releases"][KEY]
    return found
