"""A fault blocks where the index refuses it or nobody could use the file, and is a warning elsewhere.

Add here what the target of a release changes.
Not here: finding faults (test_rules).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from twine.utils import DEFAULT_REPOSITORY, TEST_REPOSITORY

from foundry_assets.catalog import Index, built_in_index
from foundry_assets.craft.preflight import RULES, IndexProfile, preflight, profile_of
from foundry_tests.craft.preflight.distributions import wheel

COMPANY = Index(
    name="company",
    upload_url="https://packages.example/legacy/",
    simple_url="https://packages.example/simple/",
)


@pytest.mark.parametrize("name", ["pypi", "testpypi"])
def test_the_public_indexes_are_strict(name: str) -> None:
    """Both public indexes run the same rules, so a rehearsal at one proves something for the other."""
    index = built_in_index(name)
    assert index is not None
    assert profile_of(index).is_strict


@pytest.mark.parametrize("address", [DEFAULT_REPOSITORY, TEST_REPOSITORY, DEFAULT_REPOSITORY.rstrip("/")])
def test_a_public_index_is_known_by_its_address_too(address: str) -> None:
    """A catalog may call PyPI what it likes; the rules are those of where the files go."""
    assert profile_of(COMPANY.model_copy(update={"name": "main", "upload_url": address})).is_strict


@pytest.mark.parametrize("index", [COMPANY, built_in_index("local")])
def test_other_indexes_are_not(index: Index) -> None:
    """A company's index may take local versions and plain linux tags."""
    assert not profile_of(index).is_strict


@pytest.mark.parametrize(
    ("rule", "strict", "elsewhere"),
    [
        ("record", "ERROR", "ERROR"),
        ("local-version", "ERROR", "WARN"),
        ("platform-tag", "ERROR", "WARN"),
        ("wheel-tags", "WARN", "WARN"),
    ],
)
def test_an_index_minds_what_it_refuses_and_what_is_broken(rule: str, strict: str, elsewhere: str) -> None:
    """Broken files block everywhere, refused ones where they are refused, the rest is only told."""
    assert IndexProfile("pypi", is_strict=True).severity(RULES[rule]) == strict
    assert IndexProfile("company", is_strict=False).severity(RULES[rule]) == elsewhere


def test_the_limit_is_the_index_s(tmp_path: Path) -> None:
    """A file one byte over the limit is told with both sizes, a file at the limit passes."""
    path = wheel(tmp_path)
    size = path.stat().st_size
    assert preflight([path], profile=IndexProfile("pypi", is_strict=True, file_limit=size)) == ()
    (found,) = preflight([path], profile=IndexProfile("pypi", is_strict=True, file_limit=size - 1))
    assert found.rule.name == "file-size"
    assert f"{size:,} bytes, and the index takes {size - 1:,}" in found.fault.what
    assert "higher limit" in found.fault.remedy


def test_every_rule_names_its_source() -> None:
    """A person who doubts a rule can look it up."""
    assert all(rule.source and rule.holds for rule in RULES.values())
