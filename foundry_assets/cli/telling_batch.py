"""Drawing several releases at once: a line a package when it ends, one table at the end.

Add here how progress and results of many look.
Not here: drawing a single release (telling), and what is said (progress, records).
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from foundry_assets.cli.telling import COLOURS, GOOD, Drawing, places, write_json
from foundry_assets.home import Home
from foundry_assets.launching.batch import NotBegun
from foundry_assets.progress import Event
from foundry_assets.records import Outcome


class BatchTeller(Drawing):
    """Tells people how a batch goes on (stderr) and programs how each release ended (stdout, `as_json`)."""

    def __init__(self, total: int, *, as_json: bool, console: Console | None = None) -> None:
        super().__init__(as_json=as_json, console=console)
        self._total = total
        self._at_work: dict[str, str] = {}

    def event(self, event: Event) -> None:
        """Show which package is at which step, until the next event comes."""
        self._at_work[event.release] = event.step
        self._update()

    def outcome(self, outcome: Outcome) -> None:
        """Tell in one line how a package ended."""
        self._outcomes.append(outcome)
        self._at_work.pop(outcome.release, None)
        if self._as_json:
            write_json(outcome)
        line = _line(outcome, f"{len(self._outcomes)}/{self._total}")
        line.truncate(self._console.width, overflow="ellipsis")
        self._console.print(line)
        self._update()

    def close(self, home: Home | None) -> None:
        """Show why some did not end well, then one table of all, and where everything lies."""
        self._spinner.stop()
        for outcome in self._outcomes:
            if outcome.status not in GOOD and not isinstance(outcome, NotBegun):
                told = f"\n{outcome.release}: {outcome.status}\n{outcome.message}"
                self._console.print(Text(told, style="red"), soft_wrap=True)
        if self._outcomes:
            self._console.print()
            self._console.print(table_of(self._outcomes))
        for line in places(home):
            self._console.print(line, soft_wrap=True)

    def _update(self) -> None:
        at_work = "  ".join(f"{release} {step}" for release, step in self._at_work.items())
        told = f"{len(self._outcomes)}/{self._total}  {at_work}"
        self._spinner.update(Text(told[: self._console.width - 4]))


def table_of(outcomes: list[Outcome]) -> Table:
    """Give a row a release, in the order in which they ended; a name is never broken, and can be copied."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("release", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("index", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for outcome in outcomes:
        status = Text(outcome.status, style=COLOURS.get(outcome.status, "red"))
        seconds = f"{outcome.seconds:.1f}" if outcome.run_id else ""
        table.add_row(outcome.release, status, outcome.index, seconds, Text(_why(outcome)))
    return table


def _line(outcome: Outcome, count: str) -> Text:
    is_good = outcome.status in GOOD
    mark, colour = ("ok", "green") if is_good else ("no", "red")
    told = f"{outcome.seconds:.1f} s" if is_good else _why(outcome)
    return Text.assemble(
        (mark, colour), f"  {count}  ", (outcome.release, "bold"), f"  {outcome.status}  {told}"
    )


def _why(outcome: Outcome) -> str:
    """Give what a table has room for: what stopped a release, or what a good one should be told."""
    if isinstance(outcome, NotBegun):
        return f"needs {outcome.culprit}"
    if outcome.status not in GOOD:
        first = outcome.message.partition("\n")[0]
        check, colon, _ = first.partition(": ")
        return check if colon and " " not in check else first
    return ", ".join([*_verdicts(outcome), *_warnings(outcome)])


def _verdicts(outcome: Outcome) -> Iterator[str]:
    for verdict in dict.fromkeys(file.verdict for file in outcome.files):
        if verdict not in ("", "created", "rehearsed"):
            yield verdict


def _warnings(outcome: Outcome) -> Iterator[str]:
    found = {check.message for check in outcome.checks if not check.passed and check.severity == "WARN"}
    if found:
        yield f"{len(found)} warning{'s' if len(found) > 1 else ''}"
