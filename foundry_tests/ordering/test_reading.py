"""An order is read whole or refused whole: every fault at once, each with its place, and no secret repeated.

Add here another way to write an order wrongly.
Not here: what is found in the packages' folders (test_placing), and the command (cli/test_ordering).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from foundry_assets.ordering.form import schema_text
from foundry_assets.ordering.reading import OrderInvalid, read_order
from foundry_tests.ordering.writing import entry, order, text_of

TOKEN = "pypi-AgEIcHlwaS5vcmcCJDEyMzQ1Njc4"


def whole(root: Path) -> dict[str, Any]:
    """Give an order that uses every key there is, and make the folders that it names."""
    for name in ("x_make_a_x", "x_make_b_x", "x_make_c_x"):
        (root / name).mkdir(parents=True, exist_ok=True)
    options = {
        "author": "A",
        "email": None,
        "description": "",
        "license_text": "MIT",
        "ancillary_allowlist": ["list.txt"],
        "ancillary_list": ["@other.txt"],
        "extra": {"absolute_path": "c:\\clones", "deep": [1, {"x": None}]},
    }
    entries = [entry("a", ancillary=["/README.md", "@more.txt"], **options), entry("b", "a"), entry("c")]
    entries[2] = {"package": "x_make_c_x", "version": "1.0rc1", "options": None}
    context = {"dry_run": True, "index": "local", "verbose": True, "parent": {"any": 1}}
    more = {"token_env": "SOME_TOKEN", "context": context, "publisher_factory": "os:system"}
    return order(root, *entries, **more)


def test_an_order_with_every_key_is_read(tmp_path: Path) -> None:
    """Null and empty options are absent ones, foreign keys of the context are kept, and the schema agrees."""
    told = whole(tmp_path)
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(told)
    parameters = read_order("\ufeff" + text_of(told)).parameters
    first, second, third = parameters.entries
    assert first.said.as_told() == {
        "author": "A",
        "license_text": "MIT",
        "pypi_name": "t_a",
        "dependencies": [],
        "ancillary_allowlist": ["list.txt"],
        "ancillary_list": ["@other.txt"],
        "absolute_path": "c:\\clones",
        "deep": [1, {"x": None}],
    }
    assert (second.distribution, third.distribution) == ("t_b", "x_make_c_x")
    assert parameters.said.dry_run is True
    assert parameters.said.model_dump()["parent"] == {"any": 1}


Change = Callable[[dict[str, Any]], object]
P, E, O = "parameters", "parameters.entries[0]", "parameters.entries[0].options"  # noqa: E741
WRONG: dict[str, tuple[Change, str, str]] = {
    "another command": (lambda o: o.update(command="x_other_x"), "command", "not this order's command"),
    "no parameters": (lambda o: o.pop(P), P, "this key is missing"),
    "parameters that are a list": (lambda o: o.update(parameters=[]), P, "not an object"),
    "no entries": (lambda o: o[P].update(entries=[]), "parameters.entries", "an empty list"),
    "entries that are an object": (lambda o: o[P].update(entries={}), "parameters.entries", "not a list"),
    "a key misspelt": (lambda o: o[P].update(token_envv="A"), "parameters.token_envv", "no such key"),
    "no root": (lambda o: o[P].pop("repo_parent_root"), "parameters.repo_parent_root", "missing"),
    "a root that is not there": (
        lambda o: o[P].update(repo_parent_root="/not/there"),
        "parameters.repo_parent_root",
        "there is no folder",
    ),
    "a root that is empty": (
        lambda o: o[P].update(repo_parent_root=" "),
        "parameters.repo_parent_root",
        "an empty text",
    ),
    "a package elsewhere": (lambda o: _first(o).update(package="../x"), f"{E}.package", "not the name of"),
    "a package that is a path": (
        lambda o: _first(o).update(package="a/b"),
        f"{E}.package",
        "not the name of",
    ),
    "a package that is the root": (
        lambda o: _first(o).update(package="."),
        f"{E}.package",
        "not the name of",
    ),
    "a version that is none": (lambda o: _first(o).update(version="one"), f"{E}.version", "PEP 440"),
    "a version that is a number": (lambda o: _first(o).update(version=1.0), f"{E}.version", "not a text"),
    "a path out of the folder": (
        lambda o: _first(o).update(ancillary=["ok", "/a/../../b"]),
        f"{E}.ancillary[1]",
        "leads out",
    ),
    "a path that no file has": (
        lambda o: _first(o).update(ancillary=["a\0b"]),
        f"{E}.ancillary[0]",
        "no file can be called so",
    ),
    "a root that is too long": (
        lambda o: o[P].update(repo_parent_root="x" * 5000),
        "parameters.repo_parent_root",
        "there is no folder",
    ),
    "an allow-list out of the folder": (
        lambda o: _first(o).update(ancillary=["@..\\b"]),
        f"{E}.ancillary[0]",
        "leads out",
    ),
    "ancillary that is a text": (lambda o: _first(o).update(ancillary="a"), f"{E}.ancillary", "not a list"),
    "an unknown option": (lambda o: _options(o).update(homepage="x"), f"{O}.homepage", "no such key"),
    "a dependency that is none": (
        lambda o: _options(o).update(dependencies=["a b"]),
        f"{O}.dependencies[0]",
        "PEP 508",
    ),
    "a distribution that is none": (
        lambda o: _options(o).update(pypi_name="a b"),
        f"{O}.pypi_name",
        "PEP 508",
    ),
    "a distribution twice": (
        lambda o: _options(o).update(pypi_name="T.b"),
        "parameters.entries[1].options.pypi_name",
        "entries[0] too",
    ),
    "a circle": (
        lambda o: _options(o).update(dependencies=["x_make_b_x"]),
        "parameters.entries",
        "t-a==1.0 -> t-b==1.0 -> t-a==1.0",
    ),
    "a variable that is none": (
        lambda o: o[P].update(token_env="A-B"),
        "parameters.token_env",
        "not the name",
    ),
    "a variable that builds get": (
        lambda o: o[P].update(token_env="PIP_X"),
        "parameters.token_env",
        "builds",
    ),
    "an option in extra": (
        lambda o: _options(o).update(extra={"author": "B"}),
        f"{O}.extra.author",
        "no effect",
    ),
    "a rehearsal of one entry": (
        lambda o: _options(o).update(extra={"dry_run": True}),
        f"{O}.extra.dry_run",
        "no effect",
    ),
    "a doubtful rehearsal": (
        lambda o: o[P].update(context={"dry_run": "yes"}),
        "parameters.context.dry_run",
        "neither true nor false",
    ),
}


def _first(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told[P]["entries"][0]
    return found


def _options(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _first(told)["options"]
    return found


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_order_is_refused_with_the_place(tmp_path: Path, wrong: str) -> None:
    """Each fault names its key as the order has it, what is wrong there, and what to do."""
    change, where, what = WRONG[wrong]
    told = whole(tmp_path)
    change(told)
    with pytest.raises(OrderInvalid) as raised:
        read_order(text_of(told))
    (fault,) = raised.value.faults
    assert fault.where == where
    assert what in f"{fault.what} {fault.remedy}"
    assert fault.remedy


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Wrong values, and what does not hold together beside them, are one answer, not one after the other."""
    told = whole(tmp_path)
    told["parameters"]["entries"].append(entry("a"))
    told["parameters"]["entries"].append(entry("gone"))
    told["parameters"]["entries"].append(copy.deepcopy(_first(told)) | {"version": "x", "package": ".."})
    told["parameters"]["token_env"] = ""
    with pytest.raises(OrderInvalid) as raised:
        read_order(text_of(told))
    places = {fault.where for fault in raised.value.faults}
    assert places == {
        "parameters.entries[3].options.pypi_name",
        "parameters.entries[4].package",
        "parameters.entries[5].version",
        "parameters.entries[5].package",
        "parameters.token_env",
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"command": NaN}', "NaN is no JSON value"),
        ('{"command": "a", "command": "b"}', "there twice"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_text_that_is_no_order_is_refused(text: str, what: str) -> None:
    """What is no JSON, or no object, is told as such and never as a traceback."""
    with pytest.raises(OrderInvalid) as raised:
        read_order(text)
    assert what in raised.value.faults[0].what


@pytest.mark.parametrize(
    "hide",
    [
        lambda o: o[P].update(token_env=TOKEN),
        lambda o: _options(o).update(extra={"token": TOKEN}),
        lambda o: o[P].update(context={"password": [f"x {TOKEN}"]}),
        lambda o: _options(o).update({TOKEN: 1}),
        lambda o: _first(o).update(version=TOKEN),
        lambda o: o[P].update(repo_parent_root=f"/{TOKEN}"),
    ],
)
def test_an_order_that_holds_a_token_is_refused_without_repeating_it(tmp_path: Path, hide: Change) -> None:
    """A credential has no place in an order: the fault names where it stands, and nothing shows it."""
    told = whole(tmp_path)
    hide(told)
    with pytest.raises(OrderInvalid) as raised:
        read_order(text_of(told))
    assert any(fault.what == "it holds an API token" for fault in raised.value.faults)
    assert TOKEN[5:] not in f"{raised.value}{raised.value!r}{raised.value.__cause__}"


def test_the_order_that_the_readme_shows_is_one(tmp_path: Path) -> None:
    """Its words are read as they stand there, but for the folders, which are the reader's own."""
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    told = json.loads(readme.partition("```json\n")[2].partition("```")[0])
    (tmp_path / told[P]["entries"][0]["package"]).mkdir()
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(told)
    told[P]["repo_parent_root"] = str(tmp_path)
    assert read_order(text_of(told)).parameters.token_env == "COMPANY_TOKEN"
