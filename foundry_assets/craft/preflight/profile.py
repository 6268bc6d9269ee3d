"""How strict an index is: what the public indexes refuse is only told where others may take it.

Add here what the target of a release changes about the weight of a finding.
Not here: the rules (rules), and the indexes' addresses (catalog).
"""

from __future__ import annotations

from dataclasses import dataclass

from foundry_assets.catalog import PUBLIC_INDEXES, Index
from foundry_assets.craft.preflight.rules import Rule
from foundry_assets.records import Severity

FILE_LIMIT = 100 * 1024 * 1024
"""Bytes that PyPI takes in one file unless it granted a project more (PyPI, storage limits)."""


@dataclass(frozen=True)
class IndexProfile:
    """What the index of a run makes of a finding; `file_limit` in bytes."""

    index: str
    is_strict: bool
    file_limit: int = FILE_LIMIT

    def severity(self, rule: Rule) -> Severity:
        """Give `ERROR` where the index refuses or nobody could use the file, else `WARN`."""
        blocks = rule.weight == "broken" or (rule.weight == "refused" and self.is_strict)
        return "ERROR" if blocks else "WARN"


def profile_of(index: Index) -> IndexProfile:
    """Give an index's profile: strict for PyPI and TestPyPI, whatever they are called in the catalog.

    A rehearsal is judged by the index that it is about, so that it blocks where the release would.
    """
    is_strict = index.name in PUBLIC_INDEXES or _is_public(index.upload_url)
    return IndexProfile(index.name, is_strict)


def _is_public(upload_url: str) -> bool:
    from twine.utils import DEFAULT_REPOSITORY, TEST_REPOSITORY, normalize_repository_url

    address = normalize_repository_url(upload_url)
    return address.rstrip("/") in {DEFAULT_REPOSITORY.rstrip("/"), TEST_REPOSITORY.rstrip("/")}
