"""The address of a git source: who asks may stand in it, a credential may not.

Add here another form in which people write where a repository is.
Not here: cloning it (craft/staging/test_cloning), and the rest of the catalog (test_catalog).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import GitSource
from foundry_assets.catalog_file import read_catalog
from foundry_assets.errors import CatalogInvalid


@pytest.mark.parametrize("address", ["https://hunter2@a.example/a.git", "ssh://me:hunter2@a.example/a.git"])
def test_a_credential_in_a_git_address_is_refused_and_not_shown(tmp_path: Path, address: str) -> None:
    """Git's arguments, the evidence and the pages would show it; the error itself does not."""
    catalog = tmp_path / "foundry.toml"
    catalog.write_text(f'[[package]]\nname = "a"\nsource = {{ git = "{address}" }}\n', "utf-8")
    with pytest.raises(CatalogInvalid, match="holds a credential") as found:
        read_catalog(catalog)
    assert "hunter2" not in str(found.value) + repr(found.value)


@pytest.mark.parametrize(
    "address",
    ["git@a.example:me/a.git", "ssh://git@a.example/me/a.git", "https://a.example/@me/a.git", "../a"],
)
def test_an_address_that_only_says_who_asks_is_taken(address: str) -> None:
    """A user's name is part of how ssh finds a repository, and no credential; people read it as it is."""
    assert str(GitSource(git=address, ref="v1", subdirectory="p")) == f"{address} at v1, in p"
