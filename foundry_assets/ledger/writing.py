"""Writing facts: the line that announces a record, and then the record, by any number of writers at once.

Add here what keeps lines in one unbroken row whatever happens between them.
Not here: the form of a line (line), and what is written down (evidence).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from foundry_assets.errors import ChecksumChanged
from foundry_assets.ledger.line import (
    FOLDER,
    FOUND,
    SETTLED,
    TAKEN_BACK,
    Line,
    genesis,
    line_place,
    number_of,
    read_line,
    sha256_of,
)
from foundry_assets.ledger.replaying import replay
from foundry_assets.ledger.tail import Kept, Tail, tail_of, this_writer
from foundry_assets.records import LedgerHead, utc_now


@dataclass(frozen=True)
class Ledger:
    """The ledger of the release whose records lie below `base`; `title` names it, `run_id` who writes.

    Each line is an object of its own, created under the next number: exactly one writer gets a number, on a
    folder as on an object store, and whoever comes second reads that line and takes the next. A line comes
    before its record. So a process that is killed leaves at most one announced record that is not there,
    as its last word, and never a record that no line tells of.
    """

    kept: Kept
    base: str
    title: str
    run_id: str = ""

    def write(self, place: str, data: bytes, *, kind: str) -> None:
        """Record a fact in place of whatever was there."""
        with self._tail.lock:
            while True:
                line = self._announce(place, data, kind)
                with self._owing(line):
                    self.kept.replace(self._key(place), data)
                if self._is_last_word(line):
                    return

    def create(self, place: str, data: bytes, *, kind: str) -> bool:
        """Record a fact only where there is none; False where there was one already, whoever wrote it."""
        with self._tail.lock:
            if self.kept.size(self._key(place)) is not None:
                return False
            line = self._announce(place, data, kind)
            with self._owing(line):
                is_new = self.kept.create(self._key(place), data)
            if not is_new:
                self._tail.owed.append(line)
                self._pay()
                return False
            while not self._is_last_word(line):
                line = self._announce(place, data, kind)
            return True

    def settle(self) -> LedgerHead:
        """Write that this run has recorded all that it had to, and give the head with that line.

        What another run announced and never recorded, because it was killed, is taken back first.
        """
        with self._tail.lock:
            self._pay()
            self._catch_up()
            for line in replay(self._tail.seen).cut_short(self.stored):
                self._take_back(line)
            self._append(SETTLED)
            return LedgerHead(lines=self._tail.lines, head=self._tail.head)

    def head(self) -> LedgerHead:
        """Give how far the ledger goes now; nothing is written."""
        with self._tail.lock:
            tail = self._tail
            if not tail.is_known:
                numbers = self.numbers()
                last = self.line_bytes(numbers[-1]) if numbers else None
                return LedgerHead(
                    lines=numbers[-1] if numbers else 0,
                    head=genesis(self.title) if last is None else sha256_of(last),
                )
            self._catch_up()
            return LedgerHead(lines=tail.lines, head=tail.head)

    def holds(self, past: LedgerHead) -> bool:
        """Tell whether the line that was once the last is still there, and with it all lines before it."""
        if past.lines == 0:
            return past.head == genesis(self.title)
        data = self.line_bytes(past.lines)
        return data is not None and sha256_of(data) == past.head

    @property
    def is_settled(self) -> bool:
        """Whether the last line says that a run has recorded all that it had to."""
        lines = self.head().lines
        try:
            return lines > 0 and read_line(self.line_bytes(lines) or b"").kind == SETTLED
        except ValueError:
            return False

    @property
    def was_settled_here(self) -> bool:
        """Whether this run has settled in this process already: what it records now needs a new head."""
        return any(line.kind == SETTLED and line.run_id == self.run_id for line in self._tail.seen)

    def numbers(self) -> list[int]:
        """Give the numbers of all stored lines, in order."""
        names = self.kept.names(self._key(FOLDER))
        return sorted(number for name in names if (number := number_of(name)) is not None)

    def line_bytes(self, number: int) -> bytes | None:
        """Give a line's bytes as they are stored, None where it is not there."""
        return self.kept.read(self._key(line_place(number)))

    def stored(self, place: str) -> str | None:
        """Give the sha256 of what lies at a place, None where nothing does."""
        data = self.kept.read(self._key(place))
        return None if data is None else sha256_of(data)

    @property
    def _tail(self) -> Tail:
        return tail_of(self.kept.address(self.base))

    def _key(self, place: str) -> str:
        return f"{self.base}/{place}"

    def _announce(self, place: str, data: bytes, kind: str) -> Line:
        self._pay()
        return self._append(kind, place, sha256_of(data))

    def _append(self, kind: str, place: str = "", sha256: str = "", takes_back: int = 0) -> Line:
        tail = self._tail
        self._open()
        while True:
            line = Line(
                seq=tail.lines + 1,
                at=utc_now(),
                kind=kind,
                place=place,
                sha256=sha256,
                run_id=self.run_id,
                writer=this_writer(),
                takes_back=takes_back,
                previous=tail.head,
            )
            data = line.rendered()
            if self.kept.create(self._key(line_place(line.seq)), data):
                tail.add(line.seq, data)
                return line
            if not self._catch_up():
                raise ChecksumChanged(
                    f"{self.title}: line {line.seq} of its ledger can neither be written nor read",
                    remedy=f"see to {self.kept.address(self._key(line_place(line.seq)))}",
                )

    def _open(self) -> None:
        """Read the end of the ledger when this process first writes to it; all of it after a killed run."""
        tail = self._tail
        if tail.is_known:
            return
        numbers = self.numbers()
        tail.head = genesis(self.title)
        if numbers:
            wanted = numbers[-1:] if self.is_settled else numbers
            for number in wanted:
                tail.add(number, self.line_bytes(number) or b"")
        tail.is_known = True
        if not numbers:
            self._take_in()

    def _take_in(self) -> None:
        """Tell of the records that were there before there was a ledger.

        The lines are read after the records are listed: whoever begins the ledger meanwhile, on another
        machine, writes a line before its record, so that no record of theirs is taken for an old one.
        """
        places = [place for place in self.kept.below(self.base) if not place.startswith(f"{FOLDER}/")]
        self._catch_up()
        told = {line.place for line in self._tail.seen}
        for place in places:
            if place not in told:
                self._append(FOUND, place, self.stored(place) or "")

    def _catch_up(self) -> bool:
        """Read the lines that others have written meanwhile; False where there is none."""
        self._open()
        tail, before = self._tail, self._tail.lines
        while (data := self.line_bytes(tail.lines + 1)) is not None:
            tail.add(tail.lines + 1, data)
        return tail.lines > before

    def _is_last_word(self, line: Line) -> bool:
        """Tell whether the lines say what lies at the place of `line`, now that its record is written.

        Where another writer announced something for the same place meanwhile, nobody knows who wrote last.
        """
        self._catch_up()
        since = [other for other in self._tail.seen if other.seq >= line.seq and other.place == line.place]
        if len(since) == 1:
            return True
        claims = replay(since).by_place.get(line.place)
        return claims is not None and claims[-1].sha256 == self.stored(line.place)

    @contextmanager
    def _owing(self, line: Line) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._tail.owed.append(line)
            raise

    def _pay(self) -> None:
        """Take back the lines of this process whose records could not be written."""
        owed = self._tail.owed
        while owed:
            self._take_back(owed[0])
            del owed[0]

    def _take_back(self, line: Line) -> None:
        if self.stored(line.place) == line.sha256:
            return
        self._append(TAKEN_BACK, line.place, line.sha256, line.seq)
        if self.stored(line.place) == line.sha256:  # its author was alive, and has looked already
            self._append(FOUND, line.place, line.sha256)
