"""A copy can be made to declare a version that no index has: below its own, unique, and read back as such.

Add here another place in which a project declares its version.
Not here: uploading it (launching/test_real_upload).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.version import Version

from foundry_assets.craft.rehearsing.dev_version import declare_version, dev_version
from foundry_assets.craft.staging import quick_declared
from foundry_assets.errors import CallIsWrong

MOMENT = datetime(2026, 12, 1, 6, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "made"),
    [
        ("1.0", "1.0.dev20261201060007"),
        ("1!2.0rc1", "1!2.0rc1.dev20261201060007"),
        ("1.0.post2", "1.0.post2.dev20261201060007"),
        ("1.0.dev3", "1.0.dev20261201060007"),
        ("1.0+here", "1.0.dev20261201060007"),
    ],
)
def test_a_dev_version_is_below_its_release(version: str, made: str) -> None:
    """It sorts before the release, so that nobody's installer prefers it, and has no local part."""
    assert dev_version(version, moment=MOMENT) == made
    assert str(Version(made)) == made
    assert Version(made) < Version(version) or "dev" in version


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1.0"  # the version\n'),
        ("pyproject.toml", '[project]\nname = "a"\ndynamic = ["version", "readme"]\n'),
        (
            "pyproject.toml",
            '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
            '[tool.poetry]\nname = "a"\nversion = "1.0"\n',
        ),
        ("setup.cfg", "[metadata]\nname = a\nversion = 1.0\n"),
    ],
)
def test_the_copy_declares_it(tmp_path: Path, file: str, text: str) -> None:
    """Where a key of a file says the version, or could, the copy says the new one and keeps the rest."""
    (tmp_path / "setup.py").write_text("from setuptools import setup; setup()\n")
    (tmp_path / file).write_text(text)
    declare_version(tmp_path, "1.0.dev7")
    found = quick_declared(tmp_path)
    assert found is not None
    assert (found.name, found.version) == ("a", "1.0.dev7")
    assert ("# the version" in text) == ("# the version" in (tmp_path / file).read_text())


def test_a_version_that_stands_nowhere_is_told(tmp_path: Path) -> None:
    """A project whose setup.py makes its version is refused, with what to do."""
    (tmp_path / "setup.py").write_text("from setuptools import setup; setup(version=made_up())\n")
    with pytest.raises(CallIsWrong, match="could say another one"):
        declare_version(tmp_path, "1.0.dev7")
