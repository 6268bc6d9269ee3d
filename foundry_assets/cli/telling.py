"""Drawing a release for a person at a terminal, or one JSON object a release for a program.

Add here how progress and results look.
Not here: what they say (progress, records).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status as Spinner
from rich.text import Text

from foundry_assets.craft.rehearsing.form import RehearsalReport
from foundry_assets.home import Home
from foundry_assets.progress import Event
from foundry_assets.records import FileTold, Outcome

COLOURS = {"published": "green", "rehearsed": "green", "in_doubt": "yellow", "held": "yellow"}
GOOD = ("published", "rehearsed")
_SHORT = 12
_MARKS = {"ended": ("ok", "green"), "failed": ("no", "red")}


class Drawing:
    """A terminal (stderr) whose last line moves while something is at work, and what has ended so far."""

    def __init__(self, *, as_json: bool, console: Console | None = None) -> None:
        self._as_json = as_json
        self._console = console or Console(stderr=True, highlight=False)
        self._spinner = Spinner("", console=self._console)
        self._outcomes: list[Outcome] = []

    def __enter__(self) -> Self:
        self._spinner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spinner.stop()


class Teller(Drawing):
    """Tells people what goes on (stderr) and programs how it ended (stdout, with `as_json`)."""

    def __init__(self, *, as_json: bool, console: Console | None = None) -> None:
        super().__init__(as_json=as_json, console=console)
        self._decided: dict[tuple[str, str], str] = {}
        self._shown = ""

    def line(self, text: str) -> None:
        """Show what a program is saying, until the next line comes."""
        self._spinner.update(Text(text[: self._console.width - 4]))

    def event(self, event: Event) -> None:
        """Show one line a step when it ends, below its release, and the step at work meanwhile."""
        where = (event.release, event.step)
        if event.kind == "began":
            self.line(f"{event.release}  {event.step}")
        elif event.kind == "said":
            self._decided[where] = event.text
            self.line(f"{event.release}  {event.step}  {event.text}")
        else:
            decided = self._decided.pop(where, "")
            if event.release != self._shown:
                self._console.print(Text(event.release, style="bold"), soft_wrap=True)
                self._shown = event.release
            self._console.print(_step_line(event, event.text or decided, self._console.width))

    def outcome(self, outcome: Outcome) -> None:
        """Tell how one release ended, with what a person should know of it."""
        self._outcomes.append(outcome)
        self._shown = ""
        if self._as_json:
            write_json(outcome)
        if outcome.status not in GOOD:
            told = f"{outcome.release}: {outcome.status}\n{outcome.message}"
            self._console.print(Text(told, style="red"), soft_wrap=True)
        for message, names in _warnings(outcome).items():
            told = f"{outcome.release}: warning: {message} ({', '.join(names)})"
            self._console.print(Text(told, style="yellow"), soft_wrap=True)

    def close(self, home: Home | None) -> None:
        """Show how each release ended, file by file, and where everything lies."""
        self._spinner.stop()
        for line in closing_lines(self._outcomes, width=self._console.width):
            self._console.print(line, soft_wrap=True)
        for line in places(home):
            self._console.print(line, soft_wrap=True)


def write_json(outcome: Outcome) -> None:
    """Tell programs how a release ended, at once: one JSON object on one line."""
    sys.stdout.write(outcome.model_dump_json() + "\n")
    sys.stdout.flush()


def places(home: Home | None) -> Iterator[Text]:
    """Give a line for each place in which people look; nothing where they did not ask."""
    if home is None:
        return
    named = (("summary", home.summary), ("Change Control", home.change_control), ("home", home.root))
    yield from (Text(f"{name + ':':<16}{place}") for name, place in named)


def closing_lines(outcomes: Sequence[Outcome], *, width: int) -> Iterator[Text]:
    """Give a line a release and one a file: name, bytes, short sha256, verdict, in columns.

    Where the longest file name leaves no room for the rest in `width` columns, each name has a line of
    its own: a file name is never broken, so that it can be copied.
    """
    for outcome in outcomes:
        status = Text(outcome.status, style=COLOURS.get(outcome.status, "red"))
        at = f" at {outcome.index}" if outcome.index else ""
        yield Text.assemble((outcome.release, "bold"), "  ", status, f"{at} ({outcome.seconds:.1f} s)")
        yield from _file_lines(outcome.files, width)


def rehearsal_lines(report: RehearsalReport) -> Iterator[str]:
    """Give what a rehearsal found: each deviation from the last one, and each finding."""
    compared = f"compared with run {report.compared_with[:8]}" if report.compared_with else "the first"
    yield f"rehearsal {report.plan.month} for {report.plan.index} ({compared})"
    yield from (f"  deviates  {found}" for found in report.deviations)
    yield from (f"  finding   {found.partition(chr(10))[0]}" for found in report.problems)
    yield from (f"  uploaded  {one.upload}" for one in report.packages if one.upload)


def _file_lines(files: Sequence[FileTold], width: int) -> Iterator[Text]:
    facts = [(f"{file.bytes:,}", file.sha256[:_SHORT], file.verdict or "not sent") for file in files]
    columns = [max((len(fact[at]) for fact in facts), default=0) for at in range(3)]
    longest = max((len(file.filename) for file in files), default=0)
    fits = 2 + longest + sum(2 + column for column in columns) <= width
    for file, (size, sha256, verdict) in zip(files, facts, strict=True):
        told = f"{size:>{columns[0]}}  {sha256}  {verdict}"
        if fits:
            yield Text(f"  {file.filename:<{longest}}  {told}")
        else:
            yield Text(f"  {file.filename}")
            yield Text(f"    {told}")


def _step_line(event: Event, told: str, width: int) -> Text:
    """Give one line, cut at the width: the whole text is told at the end, and kept as evidence."""
    mark, colour = _MARKS[event.kind]
    first = told.splitlines()[0].rstrip() if told else ""
    line = Text.assemble("  ", (mark, colour), f"  {event.step:<29}{event.seconds:6.1f} s  {first}")
    line.truncate(width, overflow="ellipsis")
    return line


def _warnings(outcome: Outcome) -> dict[str, list[str]]:
    """Give each warning once, with the checks that say it."""
    found: dict[str, list[str]] = {}
    for check in outcome.checks:
        if not check.passed and check.severity == "WARN":
            found.setdefault(check.message, []).append(check.name)
    return found
