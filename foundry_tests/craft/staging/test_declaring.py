"""Names and versions that stand in a file, and the answers for files that say nothing of the kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.staging import quick_declared
from foundry_assets.errors import FoundryError, MetadataUnreadable, NotAProject, SourceMissing
from foundry_tests.craft.staging.drafting.given import given
from foundry_tests.craft.staging.sources import project, write

POETRY = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
STATIC = '[project]\nname = "A.B"\nversion = "1.0-rc1"\n'
CFG = "[metadata]\nname = a_b\nversion = 1.0rc1\n"
SETUP = "from setuptools import setup\nsetup()\n"


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": STATIC},
        {"pyproject.toml": STATIC + 'dynamic = ["readme"]\n', "setup.py": "anything ("},
        {"pyproject.toml": POETRY + '[tool.poetry]\nname = "A_B"\nversion = "1.0-rc1"\n'},
        {
            "pyproject.toml": POETRY
            + '[project]\nname = "a-b"\ndynamic = ["version"]\n[tool.poetry]\nversion = "1.0rc1"\n'
        },
        {"setup.cfg": CFG, "setup.py": SETUP},
        {"setup.cfg": CFG, "setup.py": "import setuptools\nsetuptools.setup(packages=['a'])"},
        {"setup.cfg": CFG, "pyproject.toml": "[tool.black]\n"},
        {"setup.cfg": CFG + "[egg_info]\ntag_build =\ntag_date = 0\n", "setup.py": SETUP},
    ],
)
def test_a_literal_name_and_version_are_read_from_their_file(tmp_path: Path, files: dict[str, str]) -> None:
    """PEP 621, poetry and setup.cfg need no backend where they are literal."""
    found = quick_declared(write(tmp_path, files))
    assert found is not None
    assert (found.name, found.version, found.how) == ("a-b", "1.0rc1", "static")


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": '[project]\nname = "a"\ndynamic = ["version"]\n'},
        {"pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "x"\n'},
        {"pyproject.toml": POETRY + '[project]\nname = "a"\ndynamic = ["version"]\n'},
        {
            "pyproject.toml": '[build-system]\nrequires = ["poetry-core", "poetry-dynamic-versioning"]\n'
            'build-backend = "poetry_dynamic_versioning.backend"\n[project]\nname = "a"\nversion = "0.0.0"\n'
        },
        {"setup.py": "from setuptools import setup\nsetup(name='a', version='1')"},
        {"setup.cfg": CFG, "setup.py": "from setuptools import setup\nsetup(version='2')"},
        {"setup.cfg": CFG, "setup.py": "from setuptools import setup\nsetup(**options)"},
        {"setup.cfg": CFG, "setup.py": "print 'Python 2'"},
        {"setup.cfg": CFG.replace("1.0rc1", "attr: a.__version__"), "setup.py": SETUP},
        {"setup.cfg": CFG.replace("1.0rc1", "file: VERSION"), "setup.py": SETUP},
        {"setup.cfg": CFG + "[egg_info]\ntag_build = .dev\n", "setup.py": SETUP},
        {"pyproject.toml": STATIC, "setup.cfg": "[egg_info]\ntag_date = 1\n"},
    ],
)
def test_what_only_the_backend_knows_is_left_to_it(tmp_path: Path, files: dict[str, str]) -> None:
    """Dynamic versions, arguments in setup.py and tags that setuptools appends are never guessed."""
    assert quick_declared(write(tmp_path, files)) is None


WRONG: list[tuple[dict[str, str], type[FoundryError], str]] = [
    ({}, NotAProject, "is empty"),
    ({"a.py": "", "b.py": ""}, NotAProject, "only modules"),
    ({"README.md": ""}, NotAProject, "no pyproject.toml and no setup.py"),
    ({"sub/pyproject.toml": STATIC}, NotAProject, "no pyproject.toml"),
    ({"pyproject.toml": "[tool.ruff]\n"}, NotAProject, r"neither \[project\] nor \[build-system\]"),
    ({"setup.cfg": CFG}, NotAProject, "no build tool starts"),
    ({"pyproject.toml": "[project]\nname = \n"}, MetadataUnreadable, r"pyproject\.toml.*line 2"),
    ({"pyproject.toml": STATIC, "setup.cfg": "name = a\n"}, MetadataUnreadable, r"(?s)setup\.cfg.*line: 1"),
    ({"pyproject.toml": '[project]\nname = "a"\nversion = "one"\n'}, MetadataUnreadable, "`one`"),
    ({"pyproject.toml": '[project]\nname = "a b"\nversion = "1"\n'}, MetadataUnreadable, "`a b`"),
]


@pytest.mark.parametrize(("files", "situation", "words"), WRONG)
def test_a_folder_that_declares_nothing_gets_a_clear_answer(
    tmp_path: Path, files: dict[str, str], situation: type[FoundryError], words: str
) -> None:
    """Every wrong folder has its own situation, its own words and a remedy."""
    with pytest.raises(situation, match=words) as caught:
        quick_declared(write(tmp_path, files))
    assert caught.value.remedy


def test_a_folder_of_modules_is_told_what_is_not_served_yet(tmp_path: Path) -> None:
    """The remedy for bare modules is a pyproject.toml; the catalog's keys for them come later."""
    with pytest.raises(NotAProject) as caught:
        quick_declared(write(tmp_path, {"a.py": ""}))
    assert "pyproject.toml" in caught.value.remedy
    assert "`main_file`" in caught.value.remedy


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    """A wrong byte is located like any other error."""
    (tmp_path / "pyproject.toml").write_bytes(b'[project]\nname = "caf\xe9"\n')
    with pytest.raises(MetadataUnreadable, match=r"not UTF-8 \(at line 2"):
        quick_declared(tmp_path)


@pytest.mark.parametrize(
    ("name", "situation", "words"),
    [
        ("nothing", SourceMissing, "there is no folder"),
        ("a-1.tar.gz", NotAProject, "is an archive"),
        ("pyproject.toml", NotAProject, "is a file, not a folder"),
    ],
)
def test_what_is_no_folder_is_told_apart(
    tmp_path: Path, name: str, situation: type[FoundryError], words: str
) -> None:
    """A missing folder, an archive and a file each have their remedy."""
    write(tmp_path, {"a-1.tar.gz": "", "pyproject.toml": STATIC})
    with pytest.raises(situation, match=words):
        quick_declared(tmp_path / name)


def test_an_entry_speaks_for_a_folder_that_declares_nothing(tmp_path: Path) -> None:
    """A sensor learns in a blink what an entry gives, and the source's own word still comes first."""
    told = given("main.py", version="3.1")
    bare = write(tmp_path / "bare", {"main.py": "", "pyproject.toml": "[tool.black]\n"})
    found = quick_declared(bare, given=told)
    assert found is not None
    assert (found.name, found.version, found.how) == ("demo-pkg", "3.1", "static")
    own = quick_declared(project(tmp_path / "own"), given=told)
    assert own is not None
    assert own.version == "1.2"
    with pytest.raises(SourceMissing):
        quick_declared(tmp_path / "gone", given=told)
