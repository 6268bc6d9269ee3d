"""An attestation goes with the very bytes that it speaks of, to an index that takes it, and nowhere else.

Add here another reason for which one stays here.
Not here: that it arrives (test_sending_attestations), and its form (test_attestations).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import LOCAL, Index, built_in_index
from foundry_assets.catalog_file import read_catalog
from foundry_assets.content import Member
from foundry_assets.craft.attaching import attach
from foundry_assets.craft.attestations import Attested, Subject
from foundry_assets.records import Credential
from foundry_tests.signer import PUBLISH, SLSA

FILE = Member("demo_pkg-1.0.tar.gz", "a" * 64, 10)


def attested(name: str, *, filename: str = FILE.path, sha256: str = FILE.sha256) -> Attested:
    """Give an attestation that is kept."""
    member = Member(name, "c" * 64, 5)
    return Attested(Path(name), member, Subject(filename, sha256, PUBLISH))


def company(*, takes: bool) -> Index:
    """Give an index of the catalog."""
    address = "https://packages.example/"
    return Index(name="company", upload_url=address, simple_url=address, attestations=takes)


def built_in(name: str) -> Index:
    """Give an index that needs no table."""
    index = built_in_index(name)
    assert index
    return index


def renamed(name: str) -> Index:
    """Give a public index as a catalog may call it."""
    return built_in(name).model_copy(update={"name": "public"})


TOKEN, TRUSTED = Credential(source="TWINE_API_TOKEN"), Credential(source="trusted publishing")
INDEXES: dict[str, tuple[Index, Credential, str]] = {
    "an index that takes them": (company(takes=True), TOKEN, ""),
    "an index that takes none": (company(takes=False), TOKEN, "its table has no `attestations = true`"),
    "the embedded index": (built_in(LOCAL), TOKEN, "`local` takes no attestations"),
    "pypi by trusted publishing": (built_in("pypi"), TRUSTED, ""),
    "pypi by a token": (built_in("pypi"), TOKEN, "with trusted publishing only, not with TWINE_API_TOKEN"),
    "testpypi by trusted publishing": (built_in("testpypi"), TRUSTED, ""),
    "testpypi by a token": (built_in("testpypi"), TOKEN, "with trusted publishing only"),
    "pypi under another name by a token": (renamed("pypi"), TOKEN, "with trusted publishing only"),
}


@pytest.mark.parametrize("target", INDEXES)
def test_an_index_takes_attestations_or_does_not(target: str) -> None:
    """Those that cannot go are told with the reason, never silently dropped."""
    index, credential, why = INDEXES[target]
    attached = attach([attested("one")], FILE, index=index, credential=credential)
    assert list(attached.digests) == ([] if why else ["one"])
    assert list(attached.left) == (["one"] if why else [])
    assert why in attached.left.get("one", "")


def test_only_those_about_the_very_bytes_go() -> None:
    """Another file's attestation is no matter of this file; one about other bytes stays here and is told."""
    stale = attested("stale", sha256="b" * 64)
    other = attested("other", filename="demo_pkg-1.0-py3-none-any.whl")
    good = attested("good")
    attached = attach([stale, other, good], FILE, index=company(takes=True), credential=TOKEN)
    assert attached.going == (good,)
    assert attached.digests == {"good": "c" * 64}
    assert list(attached.left) == ["stale"]
    assert "bbbbbbbbbbbb" in attached.left["stale"]
    assert "aaaaaaaaaaaa" in attached.left["stale"]


def test_several_of_different_types_go_together() -> None:
    """A publish attestation and a provenance of one file go in one form."""
    both = [
        attested("one"),
        Attested(Path("two"), Member("two", "d" * 64, 5), Subject(FILE.path, FILE.sha256, SLSA)),
    ]
    assert attach(both, FILE, index=company(takes=True), credential=TOKEN).going == tuple(both)


def test_the_catalog_says_which_index_takes_them(tmp_path: Path) -> None:
    """`attestations = true` in an index's table; the public ones take them with a table of their own too."""
    addresses = 'upload_url = "https://one.example/"\nsimple_url = "https://one.example/simple/"\n'
    file = tmp_path / "foundry.toml"
    file.write_text(
        f"[indexes.pypi]\nkeyring = true\n[indexes.one]\n{addresses}attestations = true\n"
        f"[indexes.two]\n{addresses}",
        encoding="utf-8",
    )
    catalog = read_catalog(file)
    taken = {name: catalog.index(name).attestations for name in ("pypi", "testpypi", "local", "one", "two")}
    assert taken == {"pypi": True, "testpypi": True, "local": False, "one": True, "two": False}
