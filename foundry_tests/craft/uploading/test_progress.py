"""People are told how far a file has gone: now and then, and once when it is out.

Add here what is told while an upload lasts.
Not here: counting the bytes (test_process).
"""

from __future__ import annotations

from foundry_assets.craft.uploading import SendingTold


def told(*steps: tuple[float, int], total: int = 1_000_000) -> list[str]:
    """Give what is said when bytes are sent at these seconds."""
    said: list[str] = []
    seconds = iter([0.0, *(at for at, sent in steps if sent < total)])
    telling = SendingTold(said.append, "demo.whl", clock=lambda: next(seconds))
    for _, sent in steps:
        telling(sent, total)
    return said


def test_one_line_every_few_seconds() -> None:
    """However often bytes are counted, people get a line every five seconds."""
    steps = [(tenth / 10, tenth * 1000) for tenth in range(1, 121)]
    assert told(*steps) == [
        "demo.whl: 50,000 of 1,000,000 bytes are out (5 %)",
        "demo.whl: 100,000 of 1,000,000 bytes are out (10 %)",
    ]


def test_the_last_byte_is_told_at_once_and_once() -> None:
    """A file that is out is told as that even when it went in a blink: now the index is waited for."""
    assert told((0.1, 1_000_000), (0.2, 1_000_000)) == [
        "demo.whl: all 1,000,000 bytes are out; waiting for the answer"
    ]
