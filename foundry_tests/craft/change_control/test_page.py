"""A release's page tells what evidence holds, to people, in the order in which they ask.

Add here a section that somebody looks for.
Not here: where the facts come from (test_release_entry), and quoting texts (test_markdown).
"""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from foundry_assets.craft.change_control import Facts, TypingFacts, render_page, told_head
from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.craft.summary.form import EntryIntent, EntryLaunch, EntryLedger
from foundry_assets.records import Correction, Credential, FileReceipt, Hold, Receipt
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
SECTIONS = [
    "Intent",
    "What it was made from",
    "Added for typing",
    "Files",
    "Checks",
    "Receipts",
    "Holds and corrections",
    "Rehearsal deviations",
    "Launch",
    "Tools and runtime",
    "Ledger",
]


def full() -> tuple[ReleaseEntry, Facts]:
    """Give an entry and facts with everything in them."""
    told = entry(warning="two members differ").model_copy(
        update={
            "intent": EntryIntent(
                text="### Added\n\n- a word", heading="[1.0] - today", said_in="CHANGELOG.md"
            ),
            "launched": EntryLaunch(by="sensor", name="version_bumps", account="ada", machine="desk"),
            "ledger": EntryLedger(lines=7, head="e" * 64),
        }
    )
    facts = Facts(
        receipts=[RECEIPT],
        holds=[HOLD],
        corrections=[CORRECTION],
        typing=TypingFacts(
            rows=[{"where": "demo_pkg", "decision": "marked", "why": "annotated"}],
            proof="1 stub added; worse for none of them",
            checkers={"mypy": "2.1", "ty": "0.1"},
        ),
        requirements={"hatchling": "1.27"},
        deviations=["the wheel is another one than last month's"],
    )
    return told, facts


def headings(page: str) -> list[str]:
    """Give the page's own sections, as a reader of Markdown sees them."""
    tokens = MarkdownIt("commonmark").parse(page)
    opened = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    return [tokens[at + 1].content for at in opened]


def test_the_page_holds_the_facts() -> None:
    """What for, from what, as which bytes, judged how, answered how, launched by whom: all is on the page."""
    page = render_page(*full())
    for fact in (
        "# demo-pkg==1.0\n\n**published** at `local`, 2026-01-02T03:04:05.000Z. all is well",
        "`CHANGELOG.md`, \\[1.0\\] - today:\n\n> ### Added\n>\n> - a word",
        f"commit `{'c' * 40}` (v1.0-2-gccccccc); tree sha256 `{'d' * 64}`",
        "- `src/näw.py`",
        "1 stub added; worse for none of them\n\nAsked: mypy 2.1, ty 0.1.",
        "| demo_pkg | marked | annotated |",
        "| `demo_pkg-1.0-py3-none-any.whl` | wheel | 1234 | created |",
        f"{'a' * 64}  demo_pkg-1.0-py3-none-any.whl",
        f"BLAKE2b-256 {'b' * 64}  demo_pkg-1.0-py3-none-any.whl",
        "| `wheel_holds_every_file` | passed | 12 files |",
        "| `wheel_is_reproducible` | warns | two members differ |",
        "| `local` | `demo_pkg-1.0-py3-none-any.whl` | unknown | 500 |",
        f"| {AT} | local | 1 | held |  | 500 |\n| 2026-01-03 | local | 1 | lifted | me | it was lost |",
        "- the wheel is another one than last month's",
        "- launched by the sensor `version_bumps`, as `ada` on `desk`\n- run `run-1`\n"
        "- credential: `TWINE_API_TOKEN`\n- evidence: `file:///store/demo-pkg/1.0`",
        "| build | 1.5.0 |",
        "In the build environments: hatchling 1.27.",
        f"7 lines; head `{'e' * 64}`.",
    ):
        assert fact in page
    assert headings(page) == ["demo-pkg==1.0", *SECTIONS]


def test_a_page_without_facts_has_no_empty_sections() -> None:
    """What nobody says is said to be missing; other sections that have nothing to tell are left out."""
    bare = entry(status="blocked").model_copy(
        update={"files": (), "checks": (), "source": None, "credential_source": ""}
    )
    page = render_page(bare)
    for told in (
        "**Nobody says what this release is for.**",
        "The source was not taken.",
        "None is recorded.",
        "launched by nobody knows whom",
        "credential: none was looked for",
    ):
        assert told in page
    assert headings(page)[1:] == [
        "Intent",
        "What it was made from",
        "Rehearsal deviations",
        "Launch",
        "Tools and runtime",
    ]


@pytest.mark.parametrize(
    ("launched", "told"),
    [
        (EntryLaunch(by="ui", account="ada"), "a person in the UI, as `ada`\n"),
        (EntryLaunch(by="command line"), "the command line\n"),
        (EntryLaunch(by="driver", machine="desk"), "the driver on `desk`\n"),
        (EntryLaunch(by="schedule", name="monthly_rehearsal"), "the schedule `monthly_rehearsal`\n"),
        (EntryLaunch(by="batch order"), "a batch order\n"),
        (EntryLaunch(by="somebody | else"), "somebody | else\n"),
    ],
)
def test_who_launched_it_is_named(launched: EntryLaunch, told: str) -> None:
    """Each way of starting a release has its words; one that nobody foresaw is told as it calls itself."""
    assert f"- launched by {told}" in render_page(entry().model_copy(update={"launched": launched}))


def test_a_standing_hold_is_told_first() -> None:
    """As long as no correction lifts it, a hold is told in so many words, by its index."""
    elsewhere = HOLD.model_copy(update={"index": "company"})
    page = render_page(entry(), Facts(holds=[HOLD, elsewhere], corrections=[CORRECTION]))
    assert "**A hold stands at `company`: nothing is sent there.**" in page
    assert "stands at `local`" not in page


def test_a_laid_out_source_is_told_as_one() -> None:
    """Where the copy is laid out anew, the page tells the source's own digest and the files made for it."""
    source = entry().source
    assert source is not None
    update = {"source_sha256": "f" * 64, "generated": ("pyproject.toml",)}
    told = entry().model_copy(update={"source": source.model_copy(update=update)})
    assert f"`pyproject.toml` made for it; its own files sha256 `{'f' * 64}`." in render_page(told)


def test_what_the_source_overruled_is_told() -> None:
    """Where the source's own word won over the catalog's, the page says so in a sentence."""
    source = entry().source
    assert source is not None
    noted = source.model_copy(update={"notes": ("its own word wins: author",)})
    assert "\n\nIts own word wins: author.\n\n" in render_page(entry().model_copy(update={"source": noted}))


def test_a_long_table_of_typing_is_cut_and_says_so() -> None:
    """A package of hundreds of modules leaves room for the rest of the page."""
    rows = [{"where": f"m{number}", "decision": "stub added", "why": "proven"} for number in range(200)]
    page = render_page(entry(), Facts(typing=TypingFacts(rows=rows)))
    assert "| m59 |" in page
    assert "| m60 |" not in page
    assert "And 140 more, in the manifest of `stubbed_tree`." in page


HEAD = f"9 lines; head `{'0' * 64}`."


@pytest.mark.parametrize(
    "text",
    [
        "mend it\n## Checks\n\n| forged | passed |",
        f"\n{HEAD}\n",
        f"{HEAD}\n\n<!--\n{HEAD}",
        "```\n## Ledger\n```",
    ],
)
def test_foreign_texts_forge_nothing(text: str) -> None:
    """Neither a message, a changelog nor a file's name can add a section or a row, or tell another head."""
    told, facts = full()
    odd = dict.fromkeys(("filename", "path", "url", "verdict"), text)
    honest = render_page(told, facts)
    receipt = RECEIPT.model_copy(update={"files": (FILE.model_copy(update={"message": text}),)})
    forged = render_page(
        told.model_copy(
            update={
                "message": text,
                "files": tuple(file.model_copy(update=odd) for file in told.files),
                "checks": tuple(check.model_copy(update={"message": text}) for check in told.checks),
                "intent": EntryIntent(text=text, heading=text, said_in=text),
                "credential_source": text,
                "tools": {text: text, "build": "1.5.0"},
            }
        ),
        Facts(
            receipts=[receipt],
            holds=[HOLD.model_copy(update={"because": text})],
            corrections=[CORRECTION.model_copy(update={"because": text, "by": text})],
            typing=TypingFacts([dict.fromkeys(("where", "decision", "why"), text)], text, {text: text}),
            requirements={text: text},
            deviations=[text],
        ),
    )
    assert headings(forged) == headings(honest)
    assert told_head(forged) == told_head(honest)
    reader = MarkdownIt("commonmark").enable("table")
    rows = [sum(token.type == "tr_open" for token in reader.parse(page)) for page in (honest, forged)]
    assert rows[1] == rows[0]
    assert not {"html_block"} & {token.type for token in reader.parse(forged)}
