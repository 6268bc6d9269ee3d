"""A release's page tells what evidence holds, to people, whatever texts an index or a backend put into it.

Add here a section that somebody looks for.
Not here: where the facts come from (test_settling, test_evidence).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from foundry_assets.craft.change_control import (
    INDEX_NAME,
    Facts,
    TypingFacts,
    page_name,
    render_page,
    told_head,
    write_page,
)
from foundry_assets.craft.summary.form import EntryLedger
from foundry_assets.records import Correction, Credential, FileReceipt, Hold, LedgerHead, Receipt
from foundry_tests.craft.summary.entries import entry

AT = "2026-01-02T03:04:05.000Z"
FILE = FileReceipt(
    filename="demo_pkg-1.0-py3-none-any.whl",
    kind="wheel",
    sha256="a" * 64,
    blake2b_256="b" * 64,
    bytes=1234,
    verdict="unknown",
    message="the index failed | it may hold it\nor not",
    status=500,
    sent_at=AT,
)
RECEIPT = Receipt(
    release="demo-pkg==1.0",
    index="local",
    upload_url="http://127.0.0.1/",
    status="in_doubt",
    files=(FILE,),
    credential=Credential(source="TWINE_API_TOKEN"),
    tools={},
    run_id="run-1",
    at=AT,
)
HOLD = Hold(number=1, release="demo-pkg==1.0", index="local", because="500", files=(), run_id="run-1", at=AT)
CORRECTION = Correction(
    number=1, release="demo-pkg==1.0", index="local", because="it was lost", by="me", at="2026-01-03"
)


def test_the_page_holds_the_facts() -> None:
    """What was released, from what, as which bytes, judged by whom, answered how: all is on the page."""
    typing = TypingFacts([{"where": "demo_pkg", "decision": "marked", "why": "annotated"}], "nobody loses")
    facts = Facts(receipts=[RECEIPT], holds=[HOLD], corrections=[CORRECTION], typing=typing)
    page = render_page(entry(warning="two members differ"), facts)
    for fact in (
        "# demo-pkg==1.0\n\n**published** at `local`, 2026-01-02T03:04:05.000Z. all is well",
        f"commit `{'c' * 40}` (v1.0-2-gccccccc); tree sha256 `{'d' * 64}`",
        "- `src/näw.py`",
        "| `demo_pkg-1.0-py3-none-any.whl` | wheel | 1234 | created |",
        f"{'a' * 64}  demo_pkg-1.0-py3-none-any.whl",
        f"BLAKE2b-256 {'b' * 64}  demo_pkg-1.0-py3-none-any.whl",
        "nobody loses",
        "| demo_pkg | marked | annotated |",
        "| `wheel_holds_every_file` | passed | 12 files |",
        "| `wheel_is_reproducible` | warns | two members differ |",
        "| `local` | `demo_pkg-1.0-py3-none-any.whl` | unknown | 500 |",
        "| 2026-01-02T03:04:05.000Z | local | 1 | held |  | 500 |",
        "| 2026-01-03 | local | 1 | lifted | me | it was lost |",
        "- credential: `TWINE_API_TOKEN`",
        "- evidence: `file:///store/demo-pkg/1.0`",
    ):
        assert fact in page


def test_a_page_without_facts_has_no_empty_sections() -> None:
    """Sections that have nothing to tell are left out, and a source that was never taken is said so."""
    bare = entry(status="blocked").model_copy(update={"files": (), "checks": (), "source": None})
    page = render_page(bare)
    assert "The source was not taken." in page
    assert "## Receipts" not in page
    assert "## Files" not in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b", "a \\| b"),
        ("one\ntwo\r\nthree", "one<br>two<br>three"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("mend it\n## Checks\n| forged | passed |", "mend it<br>\\## Checks<br>\\| forged \\| passed \\|"),
    ],
)
def test_foreign_texts_stay_in_their_place(text: str, shown: str) -> None:
    """No text can end its cell, its line or its section, or become HTML of the page."""
    told = entry(warning=text, message=text)
    page = render_page(told, Facts(receipts=[RECEIPT.model_copy(update={"files": (_saying(text),)})]))
    assert page.count(shown) >= 2
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(line.endswith(" |") or set(line) == {"|", "-"} for line in rows)
    assert page.count("\n## Checks") == 1
    assert "<script>" not in page


def _saying(text: str) -> FileReceipt:
    return FILE.model_copy(update={"message": text})


def test_a_page_is_named_after_its_release() -> None:
    """Each release has a page of its own, under a name that every file system takes."""
    names = [page_name("demo-pkg", version) for version in ("1.0", "1!1.0", "1.0+local", "1.0.post1")]
    assert len(set(names)) == 4
    assert not any(character in name for name in names for character in '!:*?"<>|/\\')


def test_the_index_page_lists_every_release(tmp_path: Path) -> None:
    """Each release has one line with its standing and a link, also after its page was written anew."""
    for version, status in (("1.0", "in_doubt"), ("1.1", "published"), ("1.0", "published")):
        told = entry(version=version, status=status)  # type: ignore[arg-type]
        page = tmp_path / "pages" / page_name(told.name, told.version)
        write_page(page, render_page(told))
        assert page.read_text(encoding="utf-8") == render_page(told)
    lines = (tmp_path / "pages" / INDEX_NAME).read_text(encoding="utf-8").splitlines()
    assert lines[2:] == [
        "| release | standing |",
        "|---|---|",
        *[
            f"| [demo-pkg=={version}](demo-pkg-{version}.md) "
            "| **published** at `local`, 2026-01-02T03:04:05.000Z. all is well |"
            for version in ("1.0", "1.1")
        ],
    ]


def test_pages_written_at_once_are_all_listed(tmp_path: Path) -> None:
    """Releases that end at the same time do not lose one another's line."""
    entries = [entry(f"p-{number}", message="a | b\nc") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda told: write_page(tmp_path / page_name(told.name, told.version), render_page(told)),
                entries,
            )
        )
    lines = (tmp_path / INDEX_NAME).read_text(encoding="utf-8").splitlines()
    assert sorted(line.split("]")[0] for line in lines[4:]) == sorted(f"| [p-{n}==1.0" for n in range(24))
    assert all(line.endswith("a \\| b<br>c |") for line in lines[4:])
    assert not list(tmp_path.glob("*.part"))


def test_the_page_tells_the_ledgers_head_and_what_contradicts_it() -> None:
    """The head can be read back from the page; a page of before ledgers has none."""
    past, head = LedgerHead(lines=9, head="b" * 64), LedgerHead(lines=12, head="a" * 64)
    ledger = EntryLedger(lines=head.lines, head=head.head, contradicts=(past,))
    page = render_page(entry().model_copy(update={"ledger": ledger}))
    assert told_head(page) == head
    assert f"**It contradicts what was told before**: 9 lines; head `{'b' * 64}`" in page
    plain = render_page(entry())
    assert "## Ledger" not in plain
    assert told_head(plain) is None
