"""The launch form goes to the package's own index, and a real one wants the release typed beside it.

Add here another choice of the form.
Not here: what an upload does with the consent (assets/test_upload_receipt).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from foundry_assets.catalog import Catalog, Index, Package
from foundry_assets.errors import ConfirmationMissing, UnknownIndex
from foundry_assets.release import Release
from foundry_assets.settings import Mode, ReleaseSettings

RELEASE = Release.of("demo-pkg", "1.0")
COMPANY = Index(name="company", upload_url="https://p.example/", simple_url="https://p.example/simple/")
CATALOG = Catalog(file=None, packages={}, indexes={"company": COMPANY})


@pytest.mark.parametrize(
    ("chosen", "of_package", "default", "index"),
    [
        ("", "", "local", "local"),
        ("", "", "company", "company"),
        ("", "company", "local", "company"),
        ("local", "company", "company", "local"),
        ("pypi", "company", "local", "pypi"),
    ],
)
def test_the_nearest_word_about_the_index_counts(
    chosen: str, of_package: str, default: str, index: str
) -> None:
    """The form's index, else the package's, else the catalog's."""
    package = Package(name="demo-pkg", source=Path(), index=of_package)
    catalog = CATALOG.model_copy(update={"default_index": default})
    assert ReleaseSettings(index=chosen).index_of(package, catalog).name == index


def test_a_run_goes_where_it_was_launched_for_unless_its_form_says_otherwise() -> None:
    """What a launcher chose counts before the catalog, which may have changed since, not before a person."""
    package = Package(name="demo-pkg", source=Path(), index="pypi")
    assert ReleaseSettings().index_of(package, CATALOG, launched_for="company").name == "company"
    assert ReleaseSettings(index="local").index_of(package, CATALOG, launched_for="company").name == "local"


def test_an_unknown_index_is_refused() -> None:
    """A name that is no index is told with those that are."""
    with pytest.raises(UnknownIndex, match="no index `nowhere`"):
        ReleaseSettings(index="nowhere").index_of(Package(name="demo-pkg", source=Path()), CATALOG)


@pytest.mark.parametrize(
    ("index", "mode", "confirm"),
    [
        ("local", "release", ""),
        ("local", "release", "demo-pkg==1.0"),
        ("company", "release", "demo-pkg==1.0"),
        ("pypi", "rehearse", ""),
    ],
)
def test_consent_is_given(index: str, mode: Mode, confirm: str) -> None:
    """The embedded index and rehearsals need none; a real index has the release typed."""
    ReleaseSettings(mode=mode, confirm=confirm).require_consent(RELEASE, CATALOG.index(index))


@pytest.mark.parametrize("confirm", ["demo-pkg", "demo-pkg==1.1", "Demo_Pkg==1.0", "yes"])
@pytest.mark.parametrize("index", ["local", "company", "pypi", "testpypi"])
def test_consent_to_something_else_is_none(index: str, confirm: str) -> None:
    """Whoever typed another release than this one is stopped at every index, and told both."""
    with pytest.raises(ConfirmationMissing, match=re.escape(f"`{confirm}`")) as missing:
        ReleaseSettings(confirm=confirm).require_consent(RELEASE, CATALOG.index(index))
    assert "write demo-pkg==1.0 into `confirm`" in missing.value.remedy


@pytest.mark.parametrize("index", ["company", "pypi", "testpypi"])
def test_consent_is_missing(index: str) -> None:
    """A real index without the release typed beside it is refused, and the error says what to type."""
    with pytest.raises(ConfirmationMissing, match="cannot be taken back") as missing:
        ReleaseSettings().require_consent(RELEASE, CATALOG.index(index))
    assert "write demo-pkg==1.0 into `confirm`" in missing.value.remedy


def test_the_form_as_it_opens_is_harmless() -> None:
    """A form that nobody has touched releases to the package's own index, without anybody's changes."""
    form = ReleaseSettings()
    assert (form.index, form.mode, form.confirm, form.allow_dirty) == ("", "release", "", False)
    assert not form.is_rehearsal
    assert ReleaseSettings(mode="rehearse").is_rehearsal


def test_a_mode_that_is_none_is_refused() -> None:
    """A misspelt rehearsal does not become a release."""
    with pytest.raises(ValidationError):
        ReleaseSettings.model_validate({"mode": "rehearsal"})
