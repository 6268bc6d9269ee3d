"""Foreign Python is parsed without a word, and without touching what other threads do with warnings.

Add here another text that Python would warn of.
Not here: what is read off the syntax tree (installing, stubbing, import_roots).
"""

from __future__ import annotations

import threading
import warnings

import pytest

from foundry_assets.craft.foreign_python import parse_foreign

_WARNED_OF = ['x = "\\d"', "assert (1, 'never false')", "1 is 1", "1or 2"]


@pytest.mark.parametrize("text", _WARNED_OF)
def test_nothing_is_warned_of(text: str) -> None:
    """These tests turn warnings into errors, and even so it is parsed."""
    assert parse_foreign(text).body
    assert parse_foreign(text.encode()).body


def test_an_error_names_the_file() -> None:
    """A person finds the place."""
    with pytest.raises(SyntaxError, match=r"\(setup.py, line 2\)"):
        parse_foreign("x = 1\n)", name="setup.py")


def test_another_thread_keeps_its_warnings() -> None:
    """What a thread lets pass meanwhile stays so, although it began before and ends after the parsing."""
    go, done = threading.Event(), threading.Event()

    def parse() -> None:
        go.wait()
        parse_foreign(_WARNED_OF[0])
        done.set()

    thread = threading.Thread(target=parse)
    thread.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        go.set()
        done.wait()
        warnings.warn("not heard", UserWarning, stacklevel=1)
    thread.join()
    with pytest.raises(UserWarning, match="heard again"):
        warnings.warn("heard again", UserWarning, stacklevel=1)
