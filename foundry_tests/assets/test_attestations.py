"""The upload hands each file the attestations that are kept of it, and its check tells of those that stayed.

Add here what the asset `upload_receipt` does with attestations.
Not here: which of them go (craft/test_attaching), and the whole way from a signer (cli/test_attesting).
"""

from __future__ import annotations

import pytest

from foundry_assets import attesting, evidence
from foundry_assets.records import Receipt, Verdict
from foundry_tests.faulty_index import faulty_index
from foundry_tests.signer import sign
from foundry_tests.story_fixtures import SDIST, WHEEL, House

KEY = "story-quick==1.0"
CHECK = "attestations_went_along"


def keep_one_good_and_one_stale(house: House) -> tuple[str, str]:
    """Keep an attestation of the wheel, and one of an sdist that was built anew since."""
    shelf, out, kept = house.shelf(), house.root / "out", house.root / "kept"
    shelf.fetch("wheel", out)
    (out / SDIST).write_bytes(b"as it was when it was signed")
    good, stale = sign(out / WHEEL, kept), sign(out / SDIST, kept)
    shelf.put_tree(attesting.ATTESTATIONS, kept, facts={})
    return good.name, stale.name


def receipt_of(house: House, index: str) -> tuple[Receipt, Verdict]:
    """Give the receipt at an index, and what the check found."""
    receipt = evidence.receipt_at(house.shelf(), index)
    assert receipt is not None
    found = evidence.verdicts(house.shelf(), [f"upload_receipt/{index}"])
    (verdict,) = [verdict for verdict in found if verdict.check == CHECK]
    return receipt, verdict


def test_one_that_stayed_is_a_warning_where_the_index_takes_them(proven_house: House) -> None:
    """The release is published; receipt, check and page tell which went, and why the other did not."""
    good, stale = keep_one_good_and_one_stale(proven_house)
    with faulty_index() as faulty, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(proven_house.root))
        patch.setenv("USERPROFILE", str(proven_house.root))
        index = faulty.index
        catalog = proven_house.home.packages.read_text("utf-8")
        proven_house.catalog(
            f'[indexes.company]\nupload_url = "{index.upload_url}"\nsimple_url = "{index.simple_url}"\n'
            f"anonymous = true\nattestations = true\n{catalog}"
        )
        result = proven_house.launch(
            KEY, only=("pypi_probe", "upload_receipt", "summary_json"), index="company", confirm=KEY
        )
        assert result.success, proven_house.ended(result).message
        assert "attestations" in faulty.forms[WHEEL][0]
        assert "attestations" not in faulty.forms[SDIST][0]
    receipt, verdict = receipt_of(proven_house, "company")
    wheel, sdist = receipt.files
    assert (list(wheel.attestations), list(sdist.attestations)) == ([good], [])
    assert list(sdist.attestations_left) == [stale]
    assert (receipt.status, verdict.passed, verdict.blocks) == ("published", False, False)
    assert f"{good} went along; {stale} did not: it speaks of other bytes" in verdict.message
    page = proven_house.page()
    assert f"| `{good}` | went with {WHEEL} |" in page.replace("\\_", "_")
    assert f"| `{stale}` | stayed here: it speaks of other bytes" in page.replace("\\_", "_")


def test_an_index_that_takes_none_is_no_warning(proven_house: House) -> None:
    """The embedded index gets the files alone; that is as it should be, and told."""
    good, stale = keep_one_good_and_one_stale(proven_house)
    assert proven_house.launch(KEY, only=("upload_receipt",)).success
    receipt, verdict = receipt_of(proven_house, "local")
    assert all(file.attestations == {} for file in receipt.files)
    assert verdict.passed
    assert verdict.details["stayed"] == dict.fromkeys((good, stale), "`local` takes no attestations")


def test_a_release_without_any_passes(proven_house: House) -> None:
    """Nobody has to sign anything."""
    assert proven_house.launch(KEY, only=("upload_receipt",)).success
    _, verdict = receipt_of(proven_house, "local")
    assert (verdict.passed, verdict.message) == (True, "none had to go")
