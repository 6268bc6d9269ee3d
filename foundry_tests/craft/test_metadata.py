"""What the metadata in an artefact says, and what an index would refuse."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from foundry_assets.craft.metadata import Core, Finding, metadata_findings, read_metadata
from foundry_assets.errors import MetadataUnreadable

HEAD = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n"
PLAIN = f"{HEAD}Description-Content-Type: text/markdown\n\n# demo\n"


def wheel_of(folder: Path, metadata: str, name: str = "demo-1.0-py3-none-any.whl") -> Path:
    """Write a wheel with this METADATA."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as result:
        result.writestr("demo-1.0.dist-info/METADATA", metadata)
    return path


def sdist_of(folder: Path, metadata: str, name: str = "demo-1.0.tar.gz") -> Path:
    """Write an sdist with this PKG-INFO."""
    path = folder / name
    with tarfile.open(path, "w:gz") as result:
        result.addfile(tarfile.TarInfo("demo-1.0/demo.py"))
        entry = tarfile.TarInfo("demo-1.0/PKG-INFO")
        entry.size = len(metadata.encode())
        result.addfile(entry, io.BytesIO(metadata.encode()))
    return path


def test_valid_metadata_has_no_findings(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Good artefacts pass, and nothing is printed."""
    assert metadata_findings(wheel_of(tmp_path, PLAIN)) == ()
    assert metadata_findings(sdist_of(tmp_path, PLAIN)) == ()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("metadata", "severity", "message"),
    [
        pytest.param("Name: demo\n", "ERROR", "has no metadata", id="no metadata version"),
        pytest.param("Metadata-Version: 2.4\nName: demo\n\n", "ERROR", "version", id="no version"),
        pytest.param(f"{HEAD}Wrong-Field: x\n\n", "ERROR", "wrong-field", id="unknown field"),
        pytest.param(f"{HEAD}License-Expression: nonsense of mine\n\n", "ERROR", "license", id="licence"),
        pytest.param(f"{HEAD}Requires-Dist: not a requirement !\n\n", "ERROR", "requires", id="requirement"),
        pytest.param("Metadata-Version: 9.9\nName: demo\nVersion: 1.0\n\n", "ERROR", "9.9", id="future"),
        pytest.param("Metadata-Version: x\nName: demo\nVersion: 1.0\n\n", "ERROR", "x", id="no number"),
        pytest.param(
            f"{HEAD}Description-Content-Type: text/x-rst\n\nA\n==\n\n`x\n", "ERROR", "line 4", id="open quote"
        ),
        pytest.param(
            f"{HEAD}Description-Content-Type: text/x-rst\n\n.. nonsense::\n\n   x\n",
            "ERROR",
            "nonsense",
            id="rst",
        ),
        pytest.param(f"{HEAD}\nplain words\n", "WARN", "content type", id="no content type"),
        pytest.param(HEAD, "WARN", "no description", id="no description"),
        pytest.param(PLAIN.replace("demo\n", "other\n", 1), "ERROR", "other", id="other name"),
        pytest.param(PLAIN.replace("1.0", "1.1"), "ERROR", "1.1", id="other version"),
    ],
)
def test_what_is_wrong_is_found(tmp_path: Path, metadata: str, severity: str, message: str) -> None:
    """What an index refuses is an error that names it; what `twine check` warns of is a warning."""
    found = metadata_findings(wheel_of(tmp_path, metadata))
    assert any(one.severity == severity and message in one.message.lower() for one in found), found


@pytest.mark.parametrize(
    ("name", "severity"),
    [("other-1.0.tar.gz", "ERROR"), ("demo.tar.gz", "ERROR"), ("de.mo-1.0.tar.gz", "WARN")],
)
def test_the_file_name_is_held_against_the_metadata(tmp_path: Path, name: str, severity: str) -> None:
    """A file named after something else is refused, an old spelling is told."""
    metadata = PLAIN.replace("Name: demo", "Name: de.mo") if severity == "WARN" else PLAIN
    assert severity in [one.severity for one in metadata_findings(sdist_of(tmp_path, metadata, name))]


@pytest.mark.parametrize("name", ["demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl", "demo-1.0.exe"])
@pytest.mark.parametrize("exists", [True, False])
def test_an_unreadable_file_is_a_finding(tmp_path: Path, name: str, exists: bool) -> None:
    """A file that is missing, or not what its name says, is told and raises only when read on purpose."""
    path = tmp_path / name
    if exists:
        path.write_text("nothing")
    (finding,) = metadata_findings(path)
    assert isinstance(finding, Finding)
    assert finding.severity == "ERROR"
    assert str(tmp_path) not in finding.message
    with pytest.raises(MetadataUnreadable):
        read_metadata(path)


def test_core_metadata_is_read(tmp_path: Path) -> None:
    """Name, version, requirements and licence come out as they stand."""
    text = (
        f"{HEAD}Summary: A demo\nLicense-Expression: MIT\nRequires-Python: >=3.9\nRequires-Dist: rich>=1\n\n"
    )
    assert read_metadata(wheel_of(tmp_path, text)) == Core(
        name="demo",
        version="1.0",
        metadata_version="2.4",
        summary="A demo",
        requires_dist=("rich>=1",),
        requires_python=">=3.9",
        license="MIT",
    )
