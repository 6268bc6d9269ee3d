"""A release's page: what people and auditors look for, in the order in which they ask.

Add here a section, with what stands in it when there is nothing to tell.
Not here: quoting texts (markdown), and finding the facts (release_entry).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from foundry_assets.craft.change_control.markdown import (
    Markdown,
    code,
    fenced,
    listed,
    quoted,
    table,
    text,
)
from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.records import Correction, Hold, LedgerHead, Receipt

_HEAD = re.compile(r"^(\d+) lines; head `([0-9a-f]{64})`\.$", re.MULTILINE)
_MOST_ROWS = 60
_LAUNCHERS = {
    "ui": "a person in the UI",
    "command line": "the command line",
    "driver": "the driver",
    "batch order": "a batch order",
    "sensor": "the sensor",
    "schedule": "the schedule",
    "backfill": "a backfill",
    "automation": "an automation condition",
    "Dagster": "Dagster itself, by its own command line or API",
}


@dataclass(frozen=True)
class TypingFacts:
    """What was added for typing: a row a decision, the proof in a sentence, and each checker's version."""

    rows: Sequence[Mapping[str, str]] = ()
    proof: str = ""
    checkers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What a page tells beside the release's entry.

    `receipts`, `holds` and `corrections` are those of every index, oldest first; `requirements` is what the
    build environments held (name -> version); `deviations` is what a rehearsal found to be otherwise.
    """

    title: str = ""
    receipts: Sequence[Receipt] = ()
    holds: Sequence[Hold] = ()
    corrections: Sequence[Correction] = ()
    typing: TypingFacts = TypingFacts()
    requirements: Mapping[str, str] = field(default_factory=dict)
    deviations: Sequence[str] = ()


def render_page(entry: ReleaseEntry, facts: Facts | None = None) -> str:
    """Give a release's page as Markdown; its first and third line are its title and how it stands."""
    known = facts or Facts()
    sections = [
        f"# {text(known.title or f'{entry.name}=={entry.version}')}",
        f"**{entry.status}** at {code(entry.index)}, {text(entry.updated_at)}. {text(entry.message)}",
        _section("Intent", _intent(entry)),
        _section("What it was made from", _source(entry)),
        _section("Added for typing", _typing(known.typing)),
        _section("Files", _files(entry)),
        _section("Checks", table(("check", "verdict", "message"), _check_rows(entry))),
        _section("Receipts", table(_RECEIPT_HEADS, _receipt_rows(known.receipts))),
        _section("Attestations", table(_ATTESTATION_HEADS, _attestation_rows(known.receipts))),
        _section("Holds and corrections", _holds(known)),
        _section("Rehearsal deviations", listed(known.deviations) or "None is recorded."),
        _section("Launch", _launch(entry)),
        _section("Tools and runtime", _tools(entry, known)),
        _section("Ledger", _ledger(entry)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def told_head(page: str) -> LedgerHead | None:
    """Give the ledger's head that a page tells at its end, None where it tells none."""
    *_, found = [None, *_HEAD.finditer(page)]
    return LedgerHead(lines=int(found[1]), head=found[2]) if found else None


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _intent(entry: ReleaseEntry) -> str:
    said = entry.intent
    if not said.text:
        return "**Nobody says what this release is for.** A changelog's section of this version would."
    heading = f", {text(said.heading)}" if said.heading else ""
    return f"{code(said.said_in)}{heading}:\n\n{quoted(said.text)}"


def _source(entry: ReleaseEntry) -> str:
    source = entry.source
    if source is None:
        return "The source was not taken."
    revision = f"commit {code(source.commit)} ({text(source.described)})" if source.commit else "no revision"
    told: list[str] = [f"A {text(source.origin)} at {revision}; tree sha256 {code(source.tree_sha256)}."]
    if source.generated:
        names = ", ".join(code(name) for name in source.generated)
        told += [f"Laid out anew, {names} made for it; its own files sha256 {code(source.source_sha256)}."]
    told += [text(f"{note[:1].upper()}{note[1:]}.") for note in source.notes]
    if source.uncommitted:
        told += ["Uncommitted, taken along:", listed(code(path) for path in source.uncommitted)]
    return "\n\n".join(told)


def _typing(typing: TypingFacts) -> str:
    rows = [tuple(row.values()) for row in typing.rows]
    told: list[str] = [text(typing.proof)] if typing.proof else []
    if typing.checkers:
        asked = ", ".join(f"{name} {version}" for name, version in sorted(typing.checkers.items()))
        told += [f"Asked: {text(asked)}."]
    told += [table(("where", "decision", "why"), rows[:_MOST_ROWS])] if rows else []
    if len(rows) > _MOST_ROWS:
        told += [f"And {len(rows) - _MOST_ROWS} more, in the manifest of `stubbed_tree`."]
    return "\n\n".join(told)


def _files(entry: ReleaseEntry) -> str:
    rows = [(code(told.filename), told.kind, told.bytes, told.verdict or "not sent") for told in entry.files]
    lines = [f"{file.sha256}  {file.filename}" for file in entry.files]
    lines += [f"BLAKE2b-256 {file.blake2b_256}  {file.filename}" for file in entry.files]
    shown = table(("file", "kind", "bytes", "verdict"), rows)
    places = listed(Markdown(f"{code(file.filename)}: {code(file.url or file.path)}") for file in entry.files)
    return f"{shown}\n\n{fenced(lines)}\n\n{places}" if rows else ""


def _check_rows(entry: ReleaseEntry) -> Iterator[Sequence[object]]:
    for told in entry.checks:
        bad = "warns" if told.severity == "WARN" else "FAILED"
        yield code(told.name), "passed" if told.passed else bad, told.message


_RECEIPT_HEADS = ("index", "file", "verdict", "status", "sent (UTC)", "message")


def _receipt_rows(receipts: Iterable[Receipt]) -> Iterator[Sequence[object]]:
    for receipt in receipts:
        for file in receipt.files:
            said = (file.verdict, file.status or "", file.sent_at, file.message)
            yield code(receipt.index), code(file.filename), *said


_ATTESTATION_HEADS = ("index", "attestation", "what became of it", "sha256")


def _attestation_rows(receipts: Iterable[Receipt]) -> Iterator[Sequence[object]]:
    for receipt in receipts:
        for file in receipt.files:
            for name, sha256 in file.attestations.items():
                yield code(receipt.index), code(name), f"went with {file.filename}", code(sha256)
            for name, why in file.attestations_left.items():
                yield code(receipt.index), code(name), f"stayed here: {why}", ""


def _holds(facts: Facts) -> str:
    rows = [(hold.at, hold.index, hold.number, "held", "", hold.because) for hold in facts.holds]
    rows += [
        (done.at, done.index, done.number, "lifted", done.by, done.because) for done in facts.corrections
    ]
    lifted = {(done.index, done.number) for done in facts.corrections}
    standing = [hold.index for hold in facts.holds if (hold.index, hold.number) not in lifted]
    told = [
        f"**A hold stands at {code(index)}: nothing is sent there.**" for index in dict.fromkeys(standing)
    ]
    shown = table(("when (UTC)", "index", "number", "what", "by", "because"), sorted(rows))
    return "\n\n".join([*told, shown]) if rows else ""


def _launch(entry: ReleaseEntry) -> str:
    told = entry.launched
    by = text(_LAUNCHERS.get(told.by, told.by or "nobody knows whom"))
    name = f" {code(told.name)}" if told.name else ""
    account = f", as {code(told.account)}" if told.account else ""
    machine = f" on {code(told.machine)}" if told.machine else ""
    credential = code(entry.credential_source) or "none was looked for"
    return listed(
        Markdown(line)
        for line in (
            f"launched by {by}{name}{account}{machine}",
            f"run {code(entry.run_id)}",
            f"credential: {credential}",
            f"evidence: {code(entry.evidence)}",
        )
    )


def _tools(entry: ReleaseEntry, facts: Facts) -> str:
    told: list[str] = [table(("tool", "version"), sorted(entry.tools.items()))]
    if facts.requirements:
        installed = ", ".join(f"{name} {version}" for name, version in sorted(facts.requirements.items()))
        told += [f"In the build environments: {text(installed)}."]
    return "\n\n".join(told)


def _ledger(entry: ReleaseEntry) -> str:
    if entry.ledger is None:
        return ""
    told = f"{entry.ledger.lines} lines; head `{entry.ledger.head}`."
    for past in entry.ledger.contradicts:
        told += f"\n\n**It contradicts what was told before**: {past.lines} lines; head `{past.head}`."
    return told
