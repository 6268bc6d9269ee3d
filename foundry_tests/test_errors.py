"""Every expected end says what happened and what to do, and how the release stands by it.

Add here what holds for all situations alike.
Not here: which situation comes about when (the tests of each part).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from foundry_assets import errors
from foundry_assets.errors import CallIsWrong, CatalogInvalid, Fault, FaultsFound, FoundryError, Status


def situations(kind: type[FoundryError] = FoundryError) -> Iterator[type[FoundryError]]:
    """Give every class of error in `errors`."""
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from situations(below)


@pytest.mark.parametrize("kind", sorted(set(situations()), key=repr))
def test_every_situation_is_told_in_the_same_form(kind: type[FoundryError]) -> None:
    """A class says in a sentence what it stands for, and its status is one of the seven, never a good one."""
    assert kind.__doc__
    assert kind.status in set(get_args(Status)) - {"published", "rehearsed"}
    if issubclass(kind, FaultsFound):
        text = str(kind("catalog", [Fault("a.b", "is wrong", "write c")]))
        assert text.endswith("a.b: is wrong\n  -> write c")
    else:
        text = str(kind("it broke", remedy="mend it", details="line 1"))
        assert text == "it broke\n  -> mend it\nline 1"


@pytest.mark.parametrize(("count", "told"), [(1, "catalog: 1 fault"), (3, "catalog: 3 faults")])
def test_faults_are_counted_and_told_each(count: int, told: str) -> None:
    """Several faults are one error with every one of them in it, in order."""
    faults = [Fault(f"key {number}", "is wrong", "mend it") for number in range(count)]
    error = FaultsFound("catalog", faults)
    assert str(error).startswith(f"{told}\n")
    assert error.details.splitlines()[::2] == [f"key {number}: is wrong" for number in range(count)]
    faults.clear()
    assert len(error.faults) == count


def test_a_wrong_catalog_is_a_wrong_call() -> None:
    """A catalog with faults ends like a wrong command: nothing was begun, exit code 2."""
    error = CatalogInvalid("foundry.toml", [Fault("a", "b", "c")])
    assert isinstance(error, CallIsWrong)
    assert error.status == "blocked"
