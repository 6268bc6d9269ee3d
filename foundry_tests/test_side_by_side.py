"""The same act on many items: each once, results in order, errors not lost.

Add here another thing that callers rely on.
Not here: what is done with files (craft).
"""

from __future__ import annotations

import threading

import pytest

from foundry_assets.side_by_side import side_by_side


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1001])
def test_each_item_has_its_result_in_its_place(count: int) -> None:
    """However many there are, and however they are shared out."""
    assert side_by_side(str, range(count)) == [str(number) for number in range(count)]


def test_many_items_are_worked_on_at_once() -> None:
    """Two threads have to meet for this to end."""
    meeting = threading.Barrier(2, timeout=30)
    assert side_by_side(lambda number: number < 2 and meeting.wait() >= 0, range(200))[:3] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("count", [10, 1000])
def test_an_error_is_raised(count: int) -> None:
    """Whichever item it comes from."""

    def refuse(number: int) -> int:
        if number == count - 2:
            raise ValueError(f"not {number}")
        return number

    with pytest.raises(ValueError, match=f"not {count - 2}"):
        side_by_side(refuse, range(count))
