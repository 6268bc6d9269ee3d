"""The generated pyproject.toml: valid metadata from whatever an entry says, and the source's own word first.

Add here a value that an entry may give.
Not here: which files are shipped (test_drafting).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from foundry_assets.catalog import SourceMetadata
from foundry_assets.errors import CatalogInvalid, VersionMismatch
from foundry_tests.craft.staging.drafting.given import asked, flat, given, pyproject, source, staged

TEXT = "MIT License (c) 2025 Somebody\n\nDo as you like.  \n"


def project(tmp_path: Path, metadata: SourceMetadata, *ancillary: str, **more: str) -> dict[str, Any]:
    """Give the [project] that an entry with this metadata gets."""
    staged(source(tmp_path, more), given("src/demo/core.py", *ancillary, metadata=metadata), tmp_path)
    told: dict[str, Any] = pyproject(tmp_path)["project"]
    return told


def test_everything_that_an_entry_says_is_there(tmp_path: Path) -> None:
    """Each field of the entry reaches the metadata, in the form that its specification has."""
    metadata = SourceMetadata(
        author='Room (Ops), "of" Control',
        email="ops@example.com",
        description=" Several\n lines ",
        license="mit or apache-2.0",
        requires_python=">=3.12",
        dependencies=(" requests>=2 ", "x @ https://example.com/x.whl"),
    )
    assert project(tmp_path, metadata, "README.rst", **{"README.rst": "r"}) == {
        "name": "demo-pkg",
        "version": "1.2",
        "description": "Several lines",
        "readme": "README.rst",
        "requires-python": ">=3.12",
        "license": "MIT OR Apache-2.0",
        "license-files": [],
        "authors": [{"name": 'Room (Ops), "of" Control', "email": "ops@example.com"}],
        "dependencies": ["requests>=2", "x @ https://example.com/x.whl"],
    }
    hatch = pyproject(tmp_path)["tool"]["hatch"]
    assert hatch["metadata"]["allow-direct-references"] is True
    assert hatch["build"]["targets"]["wheel"]["packages"] == ["src/demo"]


def test_an_entry_may_say_nothing(tmp_path: Path) -> None:
    """Name and version are enough; what is not said is not made up, but for the oldest Python tried."""
    assert project(tmp_path, SourceMetadata()) == {
        "name": "demo-pkg",
        "version": "1.2",
        "requires-python": ">=3.11",
        "license-files": [],
        "dependencies": [],
    }


@pytest.mark.parametrize(
    ("license_text", "named", "expression", "files", "written"),
    [
        ("MIT", (), "MIT", [], None),
        ("LicenseRef-Ours", ("LICENSE",), "LicenseRef-Ours", ["LICENSE"], None),
        (TEXT, (), None, ["LICENSE"], "LICENSE"),
        ("Apache 2.0", ("LICENSE",), None, ["LICENSE", "LICENSE.txt"], "LICENSE.txt"),
        ("", ("LICENSE", "COPYING.md"), None, ["COPYING.md", "LICENSE"], None),
    ],
)
def test_a_licence_is_an_expression_or_a_text(
    tmp_path: Path,
    license_text: str,
    named: tuple[str, ...],
    expression: str | None,
    files: list[str],
    written: str | None,
) -> None:
    """An SPDX expression is told as one; anything else becomes a licence file, and no file is overwritten."""
    more = dict.fromkeys(named, "the author's own\n")
    told = project(tmp_path, SourceMetadata(license=license_text), *named, **more)
    assert (told.get("license"), told["license-files"]) == (expression, files)
    if written:
        text = (tmp_path / "target" / written).read_text("utf-8")
        assert text.split() == license_text.split()
        assert text.endswith("\n")
    for name in named:
        assert (tmp_path / "target" / name).read_text("utf-8") == more[name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("README.md", "README.md"),
        ("Readme.txt", "Readme.txt"),
        ("README", {"file": "README", "content-type": "text/plain"}),
        ("README.pdf", None),
    ],
)
def test_a_readme_is_told_in_a_form_that_an_index_knows(tmp_path: Path, name: str, expected: object) -> None:
    """Markdown, reStructuredText and plain text are descriptions; other files only go along."""
    assert project(tmp_path, SourceMetadata(), name, **{name: "r"}).get("readme") == expected
    assert (tmp_path / "target" / name).is_file()


TOOLS = '[tool.black]\nline-length = 100  # mine\n\n[tool.hatch.envs.default]\ndependencies = ["x"]\n'
DECLARING = (
    '[project]\nname = "Demo.Pkg"\nversion = "1.2.0"\nreadme = "docs/READ.md"\nlicense = {file = "L"}\n'
)
HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
FLAT = {"main.py": "", "docs/READ.md": "r", "L": "l"}


def test_a_pyproject_that_only_configures_tools_is_completed(tmp_path: Path) -> None:
    """The author's tables and comments stay, and the entry's metadata is added."""
    folder = source(tmp_path, {"pyproject.toml": TOOLS})
    result = staged(folder, given("src/demo/__init__.py", "pyproject.toml"), tmp_path)
    text = (tmp_path / "target" / "pyproject.toml").read_text("utf-8")
    assert "line-length = 100  # mine" in text
    assert pyproject(tmp_path)["project"]["description"] == "d"
    assert "completed" in result.notes[0]


def test_a_pyproject_that_declares_wins_and_builds_itself(tmp_path: Path) -> None:
    """A source with metadata and a layout of its own is staged as it is, whatever the entry gives."""
    folder = source(
        tmp_path, {"pyproject.toml": HATCHLING + '[project]\nname = "demo-pkg"\nversion = "1.2"\n'}
    )
    result = staged(folder, given("src/demo/__init__.py", "pyproject.toml"), tmp_path)
    assert (result.generated, result.moved, result.import_package) == ((), {}, "")
    assert (tmp_path / "target/pyproject.toml").read_bytes() == (folder / "pyproject.toml").read_bytes()
    assert result.source_sha256 == result.listing.sha256


@pytest.mark.parametrize("system", ["", HATCHLING])
def test_the_metadata_of_a_flat_source_wins_and_gets_a_layout_that_builds(
    tmp_path: Path, system: str
) -> None:
    """No backend finds a package in the folder that is its project: [project] stays, the layout is ours."""
    folder = flat(tmp_path, FLAT | {"pyproject.toml": system + DECLARING})
    result = staged(folder, given("main.py"), tmp_path)
    told = pyproject(tmp_path)
    assert told["project"] == {
        "name": "Demo.Pkg",
        "version": "1.2.0",
        "readme": "docs/READ.md",
        "license": {"file": "L"},
    }
    assert told["build-system"]["build-backend"] == "hatchling.build"
    assert {"docs/READ.md", "L", "src/house/main.py"} <= result.listing.paths
    assert "wins" in result.notes[0]


def test_a_flat_source_whose_settings_place_the_package_builds_itself(tmp_path: Path) -> None:
    """Where the author tells the backend that the folder is the package, that is how it is built."""
    own = '[project]\nname = "demo-pkg"\nversion = "1.2"\n[tool.setuptools]\npackages = ["house"]\n'
    own += '[tool.setuptools.package-dir]\nhouse = "."\n'
    folder = flat(tmp_path, {"__init__.py": "", "pyproject.toml": own})
    assert staged(folder, given("__init__.py"), tmp_path).generated == ()


@pytest.mark.parametrize(
    ("own", "declared"),
    [
        ('name = "other"\nversion = "1.2"', "other==1.2"),
        ('name = "demo-pkg"\nversion = "1.3"', "demo-pkg==1.3"),
    ],
)
@pytest.mark.parametrize("main_file", ["src/demo/core.py", "main.py"])
def test_a_contradiction_names_both(tmp_path: Path, own: str, declared: str, main_file: str) -> None:
    """Another name or version in the source's own pyproject.toml is an error before anything is built."""
    folder = source(tmp_path, {"pyproject.toml": f"[project]\n{own}\n", "main.py": ""})
    with pytest.raises(VersionMismatch, match=f"declares {declared}, and its entry gives demo-pkg==1.2"):
        asked(folder, given(main_file), tmp_path)
    with pytest.raises(VersionMismatch, match=f"declares {declared}"):
        staged(folder, given(main_file), tmp_path)
    assert not (tmp_path / "target").exists()


def test_the_version_may_come_from_the_source_alone(tmp_path: Path) -> None:
    """An entry that gives no version takes the source's, and one that nobody gives is a fault."""
    asked(flat(tmp_path, FLAT | {"pyproject.toml": DECLARING}), given("main.py", version=""), tmp_path)
    with pytest.raises(CatalogInvalid, match="version: the source declares none"):
        asked(flat(tmp_path / "bare", FLAT), given("main.py", version=""), tmp_path)
