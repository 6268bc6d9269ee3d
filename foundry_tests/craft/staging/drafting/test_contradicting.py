"""What an entry gives beside the source's own [project]: contradicted and refused, or passed over and told.

Add here a field that both can give.
Not here: name and version (test_pyproject), and what an entry gives alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import SourceMetadata
from foundry_assets.errors import CatalogInvalid
from foundry_tests.craft.staging.drafting.given import asked, flat, given, source, staged

HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
OWN = '[project]\nname = "demo-pkg"\nversion = "1.2"\n'


def house(tmp_path: Path, own: str, *, is_flat: bool = False) -> Path:
    """Write a source whose [project] says `own` beside name and version."""
    files = {"pyproject.toml": f"{HATCHLING}{OWN}{own}\n", "main.py": "", "__init__.py": ""}
    return flat(tmp_path, files) if is_flat else source(tmp_path, files)


@pytest.mark.parametrize("is_flat", [False, True])
@pytest.mark.parametrize(
    ("own", "metadata", "where", "both"),
    [
        ('license = "Apache-2.0"', SourceMetadata(license="mit"), "license", ("Apache-2.0", "MIT")),
        (
            'requires-python = ">=3.9"',
            SourceMetadata(requires_python=">=3.12"),
            "requires_python",
            (">=3.9", ">=3.12"),
        ),
        (
            'dependencies = ["requests"]',
            SourceMetadata(dependencies=("httpx>=1",)),
            "dependencies",
            ("requests", "httpx>=1"),
        ),
        ("dependencies = []", SourceMetadata(dependencies=("httpx",)), "dependencies", ("none", "httpx")),
    ],
)
def test_a_contradiction_is_refused_and_tells_both(
    tmp_path: Path, own: str, metadata: SourceMetadata, where: str, both: tuple[str, str], *, is_flat: bool
) -> None:
    """Licence, Python versions and what is needed: neither word is published behind the other's back."""
    folder = house(tmp_path, own, is_flat=is_flat)
    told = given("main.py" if is_flat else "src/demo/core.py", metadata=metadata)
    with pytest.raises(CatalogInvalid) as refused:
        asked(folder, told, tmp_path)
    (fault,) = refused.value.faults
    assert fault.where == f"metadata.{where}"
    assert fault.what == f"the source's own pyproject.toml says `{both[0]}`, and its entry `{both[1]}`"
    with pytest.raises(CatalogInvalid):
        staged(folder, told, tmp_path)
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    ("own", "metadata", "notes"),
    [
        ('license = "MIT"', SourceMetadata(license="mit"), ""),
        ('license = {text = "Mine"}', SourceMetadata(license="MIT"), "license"),
        ('license = "MIT"', SourceMetadata(license="A text of its own"), "license"),
        ('requires-python = ">= 3.11"', SourceMetadata(requires_python=">=3.11"), ""),
        ('dependencies = ["Requests>=2"]', SourceMetadata(dependencies=("requests",)), "dependencies"),
        ('dependencies = ["requests"]', SourceMetadata(dependencies=("requests",)), ""),
        ('dynamic = ["dependencies"]', SourceMetadata(dependencies=("requests",)), "dependencies"),
        ('description = "other"', SourceMetadata(description="d", author="A"), "author, description"),
        ('description = "d"\nauthors = [{name = "A"}]', SourceMetadata(description="d", author="A"), ""),
    ],
)
def test_what_is_passed_over_is_told(tmp_path: Path, own: str, metadata: SourceMetadata, notes: str) -> None:
    """The source's own word wins; every given field that is built otherwise, or not at all, is named."""
    result = staged(house(tmp_path, own), given("src/demo/core.py", metadata=metadata), tmp_path)
    told = f"the source's own pyproject.toml wins over what the entry gives: {notes}"
    assert result.notes == ((told,) if notes else ())


def test_a_source_of_another_form_is_told_as_winning_too(tmp_path: Path) -> None:
    """Where the metadata is the backend's own table, all that the entry gives is passed over and named."""
    own = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
    own += '[tool.poetry]\nname = "demo-pkg"\nversion = "1.2"\ndescription = ""\nauthors = []\n'
    own += 'packages = [{include = "demo", from = "src"}]\n'
    folder = source(tmp_path, {"pyproject.toml": own})
    (note,) = staged(folder, given("src/demo/core.py"), tmp_path).notes
    assert note.endswith(": author, email, description, license")
