"""What the catalog says about launching: when rehearsals come, for which index, and who is told of failures.

Add here another value's form, with what a person is told for writing it wrongly.
Not here: packages and indexes (test_catalog).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import Catalog
from foundry_assets.catalog_file import read_catalog
from foundry_assets.errors import CatalogInvalid

SECRET = "T000-the-secret"


def read(folder: Path, text: str) -> Catalog:
    """Write a catalog and read it."""
    file = folder / "foundry.toml"
    file.write_text(text, encoding="utf-8")
    return read_catalog(file)


def test_without_a_word_rehearsals_are_monthly_and_nobody_is_called(tmp_path: Path) -> None:
    """The first of the month at six, UTC, for TestPyPI; no webhook."""
    catalog = read(tmp_path, "")
    told = catalog.rehearsal
    assert (told.cron, told.timezone, told.index) == ("0 6 1 * *", "UTC", "testpypi")
    assert catalog.webhook.get_secret_value() == ""


@pytest.mark.parametrize(
    ("text", "where", "remedy"),
    [
        ('[rehearsal]\ncron = "monthly"\n', "rehearsal.cron", "five fields"),
        ('[rehearsal]\ncron = "0 6 1 *"\n', "rehearsal.cron", "five fields"),
        ('[rehearsal]\ntimezone = "Rome"\n', "rehearsal.timezone", "IANA list"),
        ('[rehearsal]\ntimezone = "../etc"\n', "rehearsal.timezone", "IANA list"),
        ('[rehearsal]\nindex = "nowhere"\n', "rehearsal.index", "or add it"),
        ('[rehearsal]\nzone = "UTC"\n', "rehearsal.zone", "timezone"),
        (f'[foundry]\nwebhook = "ftp://{SECRET}/"\n', "foundry.webhook", "from https:// on"),
        (f'[foundry]\nwebhook = "http://[{SECRET}"\n', "foundry.webhook", "from https:// on"),
        (f'[foundry]\nwebhook = "$not a {SECRET}"\n', "foundry.webhook", "`$NAME`"),
    ],
)
def test_what_is_written_wrongly_is_told_with_its_key(
    tmp_path: Path, text: str, where: str, remedy: str
) -> None:
    """Each fault names its key and its remedy, and never repeats an address."""
    with pytest.raises(CatalogInvalid) as caught:
        read(tmp_path, text)
    assert where in str(caught.value)
    assert remedy in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("address", [f"https://hooks.example/{SECRET}", "$FOUNDRY_HOOK"])
def test_the_webhook_is_in_no_repr(tmp_path: Path, address: str) -> None:
    """An address, or the variable that holds it, is kept, and shown by neither repr nor dump."""
    catalog = read(tmp_path, f'[foundry]\nwebhook = "{address}"\n')
    assert catalog.webhook.get_secret_value() == address
    assert address not in repr(catalog)
    assert address not in str(catalog.model_dump())
    assert address not in catalog.model_dump_json()
