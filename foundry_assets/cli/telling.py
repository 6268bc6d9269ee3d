"""Drawing a release for a person at a terminal, or one JSON object a release for a program.

Add here how progress and results look.
Not here: what they say (progress, records).
"""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.status import Status as Spinner
from rich.table import Table
from rich.text import Text

from foundry_assets.home import Home
from foundry_assets.progress import Event
from foundry_assets.records import Outcome

_COLOURS = {"published": "green", "rehearsed": "green", "in_doubt": "yellow", "held": "yellow"}
_SHORT = 12


class Teller:
    """Tells people what goes on (stderr) and programs how it ended (stdout, with `as_json`)."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._console = Console(stderr=True, highlight=False)
        self._spinner = Spinner("", console=self._console)
        self._decided: dict[tuple[str, str], str] = {}
        self._outcomes: list[Outcome] = []

    def __enter__(self) -> Teller:
        self._spinner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spinner.stop()

    def line(self, text: str) -> None:
        """Show what a program is saying, until the next line comes."""
        self._spinner.update(escape(text[:100]))

    def event(self, event: Event) -> None:
        """Show one line a step when it ends, and the step at work meanwhile."""
        where = (event.release, event.step)
        if event.kind == "began":
            self._spinner.update(f"{escape(event.release)}  {event.step}")
        elif event.kind == "said":
            self._decided[where] = event.text
            self.line(f"{event.release}  {event.step}  {event.text}")
        else:
            mark = "[green]ok[/]" if event.kind == "ended" else "[red]no[/]"
            told = (
                self._decided.pop(where, "")
                if event.kind == "ended"
                else event.text or self._decided.pop(where, "")
            )
            first = told.splitlines()[0] if told else ""
            line = f"{mark} {event.step:<27}{event.seconds:6.1f} s  {escape(first)}"
            self._console.print(f"{escape(event.release)}  {line}", soft_wrap=True)

    def outcome(self, outcome: Outcome) -> None:
        """Tell how one release ended."""
        self._outcomes.append(outcome)
        if self._as_json:
            sys.stdout.write(outcome.model_dump_json() + "\n")
            sys.stdout.flush()
        if outcome.status not in ("published", "rehearsed"):
            self._console.print(Text(f"{outcome.release}: {outcome.status}\n{outcome.message}", style="red"))
        for check in outcome.checks:
            if not check.passed and check.severity == "WARN":
                self._console.print(
                    Text(f"{outcome.release}: warning: {check.name}: {check.message}", style="yellow")
                )

    def close(self, home: Home | None) -> None:
        """Show the closing table, and where everything lies."""
        self._spinner.stop()
        if self._outcomes:
            self._console.print(_table(self._outcomes))
        if home is not None:
            for name, place in (
                ("summary", home.summary),
                ("Change Control", home.change_control),
                ("home", home.root),
            ):
                self._console.print(Text(f"{name + ':':<16}{place}"), soft_wrap=True)


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in ("release", "status", "file", "bytes", "sha256", "verdict"):
        table.add_column(head, justify="right" if head == "bytes" else "left", overflow="fold")
    for outcome in outcomes:
        status = Text(outcome.status, style=_COLOURS.get(outcome.status, "red"))
        rows = [
            (f.filename, f"{f.bytes:,}", f.sha256[:_SHORT], f.verdict or "not sent") for f in outcome.files
        ]
        first, *rest = rows or [("", "", "", "")]
        table.add_row(outcome.release, status, *first)
        for row in rest:
            table.add_row("", "", *row)
    return table
