"""Include settings: edited only where a file would be lost, in the author's own file, and once.

Add here what an edit must leave alone, and a file that no edit can keep.
Not here: the archives themselves (test_archives).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from foundry_assets.catalog import TypingMode
from foundry_assets.content import list_tree
from foundry_assets.craft.typing_signal import Rules, TypingSignal, add_typing_signal
from foundry_tests.craft.typing_signal.losing_projects import LOSING, OLD, write_project

_BOTH = {**LOSING, **OLD}


@pytest.mark.parametrize("name", _BOTH)
def test_twice_is_once(name: str, tmp_path: Path) -> None:
    """A second time finds nothing to do and promises the same files."""
    tree = write_project(tmp_path, *_BOTH[name])
    first = _add(tree)
    before = list_tree(tree)
    second = _add(tree)
    assert first.inclusions
    assert (second.inclusions, second.carried) == ((), first.carried)
    assert list_tree(tree) == before


@pytest.mark.parametrize("name", _BOTH)
def test_off_touches_nothing(name: str, tmp_path: Path) -> None:
    """The mode `off` leaves the tree byte for byte as it was and promises nothing."""
    tree = write_project(tmp_path, *_BOTH[name])
    before = list_tree(tree)
    assert _add(tree, "off").carried == ()
    assert list_tree(tree) == before


@pytest.mark.parametrize("name", _BOTH)
def test_only_settings_and_the_marker_change(name: str, tmp_path: Path) -> None:
    """What is not an include setting named in the report is byte for byte as it was."""
    tree = write_project(tmp_path, *_BOTH[name])
    before = {member.path: member.sha256 for member in list_tree(tree).members}
    signal = _add(tree)
    after = {member.path: member.sha256 for member in list_tree(tree).members}
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert changed == {f"{_BOTH[name][0]}/py.typed", *(inclusion.path for inclusion in signal.inclusions)}


_DEFAULTS = [
    "",
    '[build-system]\nrequires = ["setuptools>=61"]\nbuild-backend = "setuptools.build_meta"\n',
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n',
    '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
    '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n',
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n',
]


@pytest.mark.parametrize("pyproject", _DEFAULTS)
def test_defaults_need_no_edit(pyproject: str, tmp_path: Path) -> None:
    """Where the backend carries typing files by itself only the marker is new: no MANIFEST.in, no setting."""
    tree = write_project(
        tmp_path, "demo_pkg", {"pyproject.toml": f'{pyproject}[project]\nname = "demo-pkg"\n'}
    )
    before = set(tree.rglob("*"))
    signal = _add(tree)
    assert signal.inclusions == ()
    assert set(signal.carried) == {"demo_pkg/py.typed", "demo_pkg/deep/part.pyi"}
    assert set(tree.rglob("*")) - before == {tree / "demo_pkg" / "py.typed"}


def test_the_authors_file_keeps_its_shape(tmp_path: Path) -> None:
    """Comments, order and line ends of an edited file are the author's."""
    text = (
        '# first\r\n[build-system]\r\nbuild-backend = "hatchling.build"  # ours\r\n\r\n[tool.hatch.build]\r\n'
        'exclude = ["*.pyi"]\r\nartifacts = [\r\n  "data.bin",  # kept\r\n]\r\n'
    )
    tree = write_project(tmp_path, "demo_pkg", {"pyproject.toml": text})
    (inclusion,) = _add(tree).inclusions
    edited = (tree / "pyproject.toml").read_bytes().decode("utf-8")
    assert inclusion.change == "[tool.hatch.build] artifacts gains /demo_pkg/**/*.pyi"
    kept = [line for line in text.splitlines(keepends=True) if line.strip() != "]"]
    assert [line for line in edited.splitlines(keepends=True) if line in kept] == kept
    assert "/demo_pkg/**/*.pyi" in edited


def test_an_existing_manifest_is_appended_to(tmp_path: Path) -> None:
    """The line comes last, with the file's own line ends, since the last command that hits a file counts."""
    manifest = "graft demo_pkg\r\nglobal-exclude *.pyi"
    tree = write_project(tmp_path, "demo_pkg", {"MANIFEST.in": manifest})
    _add(tree)
    written = (tree / "MANIFEST.in").read_bytes().decode("utf-8")
    assert written == f"{manifest}\r\nrecursive-include demo_pkg *.pyi\r\n"


def test_what_the_author_leaves_out_stays_out(tmp_path: Path) -> None:
    """A stub whose module the settings leave out is not brought back by the edit that keeps the others."""
    head = '[build-system]\nbuild-backend = "hatchling.build"\n'
    pyproject = head + '[tool.hatch.build]\nexclude = ["/demo_pkg/deep", "*.typed"]\n'
    tree = write_project(tmp_path, "demo_pkg", {"pyproject.toml": pyproject, "demo_pkg/core.pyi": "X: int\n"})
    signal = _add(tree)
    assert set(signal.carried) == {"demo_pkg/core.pyi", "demo_pkg/py.typed"}
    assert "deep" not in signal.inclusions[0].change


def test_setup_py_is_never_edited(tmp_path: Path) -> None:
    """What setup.py itself excludes is told as a reason, and not promised."""
    script = (
        "from setuptools import setup\nsetup(name='demo-pkg', packages=['demo_pkg', 'demo_pkg.deep'],\n"
        "      exclude_package_data={'': ['*.pyi', 'py.typed']})\n"
    )
    tree = write_project(tmp_path, "demo_pkg", {"setup.py": script})
    before = list_tree(tree)
    signal = _add(tree)
    assert (signal.carried, signal.inclusions) == ((), ())
    assert signal.markers[0].why == "setup.py excludes it from the package data"
    assert list_tree(tree) == before


def test_a_package_that_is_not_listed_is_not_promised(tmp_path: Path) -> None:
    """A setuptools project ships the packages that the project lists, so a stub in another one stays out."""
    listed = '[tool.setuptools]\npackages = ["demo_pkg"]\n'
    tree = write_project(tmp_path, "demo_pkg", {"pyproject.toml": listed})
    assert _add(tree).carried == ("demo_pkg/py.typed",)


@pytest.mark.parametrize(
    ("requirement", "edits"),
    [
        ("setuptools", 0),
        ("setuptools>=61,<81", 0),
        ("setuptools==75.1.0", 0),
        ("setuptools~=68.2", 1),
        ("setuptools==65.*", 1),
    ],
)
def test_the_build_requirement_decides_about_old_setuptools(
    requirement: str, edits: int, tmp_path: Path
) -> None:
    """Only a requirement that admits nothing from 69 on needs the old ways."""
    pyproject = f'[build-system]\nrequires = ["wheel", "{requirement}"]\n[project]\nname = "demo-pkg"\n'
    tree = write_project(tmp_path, "demo_pkg", {"pyproject.toml": pyproject})
    assert [inclusion.path for inclusion in _add(tree).inclusions] == ["MANIFEST.in"] * edits


def _add(tree: Path, mode: TypingMode = "auto") -> TypingSignal:
    return add_typing_signal(tree, distribution=canonicalize_name("demo-pkg"), rules=Rules(mode))
