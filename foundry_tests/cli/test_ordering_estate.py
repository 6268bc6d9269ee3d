"""An order of the whole estate, run twice by processes of their own against an index that counts.

Add here what an orchestrator is promised about a whole order.
Not here: single entries and wrong orders (test_ordering), and orders that are cut short (test_ordering_cut).
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from foundry_assets.ordering.form import schema_text as order_schema
from foundry_assets.ordering.result import schema_text as result_schema
from foundry_tests import estate
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.secret_scene import CATALOG, TOKEN
from foundry_tests.secret_search import Watch, forms_of, sightings, sightings_below
from foundry_tests.story_fixtures import environment_of_a_process

pytestmark = pytest.mark.slow

VARIABLE = "ESTATE_TOKEN"
BAD = (estate.UNDECLARED, estate.MISSING_FILE, estate.LOOSE)
KEYS = {
    "": "run_id started_at completed_at duration_seconds tool generated_at status inputs execution result "
    "errors release_assembly",
    "inputs": "entry_count manifest_entries repo_parent_root token_env",
    "inputs.manifest_entries": "package version pypi_name ancillary options_kwargs",
    "execution": "publisher_factory",
    "result": "status entries published_versions published_artifacts",
    "result.entries": "package distribution version main_file ancillary_publish ancillary_manifest "
    "package_dir safe_kwargs status",
}
"""The keys of the result (issue 5, point 6)."""


@dataclass
class Scene:
    """Two runs of one order; `runs` has their results, `codes` their ends, `seen` where a secret was seen."""

    root: Path
    index: FaultyIndex
    order: dict[str, Any]
    runs: list[dict[str, Any]]
    codes: list[int]
    told: list[str]
    seen: list[str]

    def entry(self, short: str, *, run: int = 0) -> dict[str, Any]:
        """Give how a package's entry ended."""
        found: list[dict[str, Any]] = self.runs[run]["result"]["entries"]
        return next(one for one in found if one["package"] == estate.folder_of(short))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The order run from a file, with two processes, and once more from standard input."""
    root = tmp_path_factory.mktemp("order")
    order = estate.order_for(estate.copy_estate(root / "estate"))
    order["parameters"] |= {"token_env": VARIABLE, "context": {"caller": "a test"}}
    (root / "order.json").write_text(json.dumps(order), encoding="utf-8")
    (root / "person").mkdir()
    with faulty_index() as index:
        (root / "foundry.toml").write_text(CATALOG.format(index=index.index).partition("[[package]]")[0])
        scene = Scene(root, index, order, [], [], [], [])
        for file, given in (("order.json", None), ("-", json.dumps(order).encode("utf-8-sig"))):
            _run(scene, file, given)
        scene.seen += sightings_below(root, forms_of("__token__", TOKEN))
        yield scene


def _run(scene: Scene, file: str, given: bytes | None) -> None:
    environment = environment_of_a_process(
        FOUNDRY_HOME=str(scene.root / "home"),
        FOUNDRY_CATALOG=str(scene.root / "foundry.toml"),
        HOME=str(scene.root / "person"),
        USERPROFILE=str(scene.root / "person"),
        **{VARIABLE: TOKEN},
    )
    words = ["order", "--json-file", file, "--index", "company", "--jobs", "2"]
    with Watch() as watch:
        ended = subprocess.run(
            [sys.executable, "-m", "foundry_assets", *words],
            cwd=scene.root,
            env=environment,
            input=given,
            capture_output=True,
            check=False,
        )
    scene.codes.append(ended.returncode)
    scene.told.append(ended.stderr.decode())
    scene.runs.append(json.loads(ended.stdout))
    shown: dict[str, bytes | str] = {
        "stdout": ended.stdout,
        "stderr": ended.stderr,
        "arguments": json.dumps(sorted(watch.arguments)),
    }
    shown["environments"] = "\n".join(watch.environments)
    assert len(watch.arguments) > 3
    for where, data in shown.items():
        scene.seen += sightings(data, forms_of("__token__", TOKEN), where)


def test_both_shapes_fit_their_published_schemas(scene: Scene) -> None:
    """The order and both results validate as JSON Schema 2020-12, and the schemas are valid themselves."""
    for text, told in ((order_schema(), [scene.order]), (result_schema(), scene.runs)):
        schema = json.loads(text)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(schema)
        for one in told:
            jsonschema.Draft202012Validator(schema).validate(one)


@pytest.mark.parametrize("place", KEYS)
def test_the_result_has_the_promised_keys_and_no_others(scene: Scene, place: str) -> None:
    """Key by key as the orchestrator's contract has it; an entry adds only `skip_reason` or `error`."""
    for run in scene.runs:
        found: Any = run
        for key in filter(None, place.split(".")):
            found = found[key]
        for one in found if isinstance(found, list) else [found]:
            assert set(one) - {"skip_reason", "error"} == set(KEYS[place].split())


def test_the_result_says_what_was_ordered(scene: Scene) -> None:
    """Id, times, the entries as they were written, and what they came to mean."""
    run = scene.runs[0]
    assert len(run["run_id"]) == len(scene.runs[1]["run_id"]) == 32
    assert run["run_id"] != scene.runs[1]["run_id"]
    assert run["started_at"] < run["completed_at"] <= run["generated_at"]
    assert (run["tool"], run["execution"]) == ("x_make_pypi_x", {"publisher_factory": "XClsMakePypiX"})
    assert run["inputs"]["entry_count"] == len(scene.order["parameters"]["entries"]) == 10
    assert run["inputs"]["token_env"] == VARIABLE
    assert scene.entry("clock")["ancillary_manifest"] == ["@ancillary.list"]
    assert scene.entry("clock")["ancillary_publish"] == ["LICENSE", "faces/round.json"]
    assert scene.entry("table")["ancillary_publish"] == ["layouts/plain.txt", "notes2.txt"]
    assert scene.entry("greet")["package_dir"] == str(scene.root / "estate" / "x_make_greet_x")
    assert run["result"]["published_artifacts"]["x_0000_make_common_x"] == {
        "main": "x_cls_make_common_x.py",
        "anc": ["CHANGELOG.md", "README.md"],
    }


def test_what_can_be_released_is_and_one_failure_stops_only_those_that_need_it(scene: Scene) -> None:
    """Six are published; the broken ones are errors; what needs one of them is pending, and says so."""
    run = scene.runs[0]
    statuses = {one["package"]: one["status"] for one in run["result"]["entries"]}
    expected = dict.fromkeys(map(estate.folder_of, estate.GOOD), "published")
    expected |= dict.fromkeys(map(estate.folder_of, BAD), "error")
    assert statuses == expected | {estate.folder_of(estate.AFTER_UNDECLARED): "pending"}
    assert "it needs x-0000-make-probe-x==0.1.0" in scene.entry(estate.AFTER_UNDECLARED)["skip_reason"]
    assert run["status"] == run["result"]["status"] == "error"
    assert [one["package"] for one in run["errors"]] == list(map(estate.folder_of, BAD))
    versions = {f"x_0000_make_{short}_x" for short in estate.GOOD}
    assert {name for name, version in run["result"]["published_versions"].items() if version} == versions
    assert scene.codes == [1, 1]
    assert "10/10  " in scene.told[0]


def test_each_error_says_what_to_do(scene: Scene) -> None:
    """Module, file and line of an import, the entry to declare, a script's way of importing, a path."""
    undeclared = scene.entry(estate.UNDECLARED)["error"]
    assert "No module named 'x_make_common_x' (x_make_probe_x/x_cls_make_probe_x.py, line 5)" in undeclared
    assert "add `x-0000-make-common-x`, an entry of this order, to the package's dependencies" in undeclared
    assert "shipped as `x_make_loose_x.x_cls_loose_words`" in scene.entry(estate.LOOSE)["error"]
    assert "there is no `charts/missing.txt`" in scene.entry(estate.MISSING_FILE)["error"]


def test_the_assembly_tells_the_very_bytes_that_the_index_got(scene: Scene) -> None:
    """Names, sizes and sha256 of every published file, in both runs; each file was posted once."""
    held = {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in scene.index.files.items()}
    assert len(held) == 2 * len(estate.GOOD)
    for run in scene.runs:
        releases = run["release_assembly"]["releases"].values()
        published = [one for one in releases if one["status"] == "published"]
        files = [file for one in published for file in one["files"]]
        assert {file["filename"]: (file["bytes"], file["sha256"]) for file in files} == held
        assert all(one["credential_source"] == f"environment variable {VARIABLE}" for one in published)
    assert set(scene.index.posts.values()) == {1}


def test_a_second_order_skips_what_is_there_with_the_evidence(scene: Scene) -> None:
    """Everything published before is `skipped_existing` with a reason, and counts as there."""
    for short in estate.GOOD:
        again = scene.entry(short, run=1)
        assert again["status"] == "skipped_existing"
        assert "held these very bytes" in again["skip_reason"]
    first, second = (run["result"] for run in scene.runs)
    assert first["published_versions"] == second["published_versions"]
    assert first["published_artifacts"] == second["published_artifacts"]


def test_the_token_is_nowhere_but_at_the_index(scene: Scene) -> None:
    """Not in store, summary, pages, Dagster's databases, output, logs, nor any child's arguments."""
    assert scene.seen == []
    assert len(list(scene.root.glob("home/dagster/**/*.db"))) > 1
    assert any("Basic " in headers.get("Authorization", "") for headers in scene.index.headers_seen)
