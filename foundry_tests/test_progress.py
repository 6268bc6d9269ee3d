"""Whoever listens hears every event, and cannot disturb the release.

Add here another form of event.
Not here: how events are drawn (cli).
"""

from __future__ import annotations

import pytest

from foundry_assets.progress import Event, listening, tell

EVENT = Event("demo-pkg==1.0", "wheel", "said", "built")


def test_listeners_hear_while_they_listen() -> None:
    """Events come in order, to every listener, from its coming to its going."""
    first: list[Event] = []
    second: list[Event] = []
    tell(EVENT)
    with listening(first.append):
        tell(EVENT)
        with listening(second.append):
            tell(Event("demo-pkg==1.0", "wheel", "ended", seconds=1.5))
    tell(EVENT)
    assert [event.kind for event in first] == ["said", "ended"]
    assert [event.seconds for event in second] == [1.5]


def test_a_listener_that_fails_disturbs_nobody() -> None:
    """A terminal that went away ends neither the release nor what others hear."""
    heard: list[Event] = []

    def broken(_: Event) -> None:
        raise BrokenPipeError

    with listening(broken), listening(heard.append):
        tell(EVENT)
    assert heard == [EVENT]


def test_a_person_who_stops_the_release_is_heard() -> None:
    """Ctrl-C while something is told stops the release all the same."""

    def stopped(_: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), listening(stopped):
        tell(EVENT)


def test_listeners_leave_after_a_failure() -> None:
    """A listener whose block ended with an error hears nothing any more."""
    heard: list[Event] = []
    with pytest.raises(ValueError, match="x"), listening(heard.append):
        raise ValueError("x")
    tell(EVENT)
    assert heard == []
