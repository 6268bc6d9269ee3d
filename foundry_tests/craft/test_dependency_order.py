"""What needs something comes after it, a failure stops no more than it must, and circles are named.

Add here another way in which names depend on each other.
Not here: where requirements come from (launching/test_orders), and running releases (launching/test_batch).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_assets.craft.dependency_order import Succession, everything_needed, needed_names
from foundry_assets.errors import CallIsWrong


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["Requests>=2", "typing_extensions"], {"requests", "typing-extensions"}),
        (["a[b,c] ; sys_platform == 'never'"], {"a"}),
        (["a; extra == 'test'", "b; 'x' == extra or python_version > '3'"], set()),
        (["a @ https://i.example/a.whl"], {"a"}),
        (["not a requirement!", ""], set()),
        (["extra-thing"], {"extra-thing"}),
    ],
)
def test_requirements_name_distributions(texts: list[str], names: set[str]) -> None:
    """Names come out canonical; a marker of a platform counts as true, and an extra nobody asked for does not."""  # noqa: E501
    assert needed_names(texts) == names


def test_everything_that_is_needed_comes_in_order() -> None:
    """What is needed through others is needed too, each after what it needs itself, and once."""
    needs = {"app": ["web", "db"], "web": ["core"], "db": ["core", "log"], "core": [], "log": ["core"]}
    found = everything_needed(needs)
    assert set(found["app"]) == {"web", "db", "core", "log"}
    assert found["app"].index("core") == 0
    assert found["app"].index("log") < found["app"].index("db")
    assert found["core"] == ()
    assert everything_needed({"own": ["own"]}) == {"own": ()}
    assert everything_needed({"a": ["elsewhere"]}) == {"a": ("elsewhere",)}


def test_a_circle_is_named_in_the_direction_of_its_needs() -> None:
    """The error shows who needs whom, all the way round, and says what to do."""
    with pytest.raises(CallIsWrong) as raised:
        everything_needed({"a": ["b"], "b": ["c"], "c": ["a"], "apart": ["a"]})
    circle = raised.value.happened.partition(": ")[2].split(" -> ")
    assert circle[0] == circle[-1]
    assert {"ab", "bc", "ca"} == {first + second for first, second in zip(circle, circle[1:], strict=False)}  # noqa: RUF007
    assert raised.value.remedy


def test_a_failure_stops_those_that_need_it_and_no_other() -> None:
    """The culprit is the one that failed, also for what needs it through others."""
    line = Succession({"base": [], "apart": [], "mid": ["base"], "top": ["mid"], "both": ["apart", "mid"]})
    assert line.ready() == ["base", "apart"]
    line.end("base", is_good=False)
    assert line.ready() == []
    line.end("apart", is_good=True)
    assert line.ready() == []
    assert line.stopped == {"mid": "base", "top": "base", "both": "base"}


def test_what_is_needed_and_not_there_has_failed_already() -> None:
    """A name that nobody walks stops those that need it, at once."""
    line = Succession({"a": ["gone"], "b": []})
    assert line.ready() == ["b"]
    assert line.stopped == {"a": "gone"}


_NAMES = "abcdef"


@st.composite
def _graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Draw needs without circles: each name needs only names before it."""
    edges = draw(st.sets(st.sampled_from(list(combinations(_NAMES, 2)))))
    names = draw(st.permutations(_NAMES))
    return {name: [low for low, high in edges if high == name] for name in names}


@given(needs=_graphs(), bad=st.sets(st.sampled_from(_NAMES)))
def test_whatever_fails_each_name_ends_once_and_in_order(
    needs: Mapping[str, list[str]], bad: set[str]
) -> None:
    """Every name is walked or stopped; walked ones come after all they need, stopped ones need a failed one."""  # noqa: E501
    line, walked = Succession(needs), list[str]()
    every = everything_needed(needs)
    ready = line.ready()
    while ready:
        name = ready.pop(0)
        assert set(every[name]) <= set(walked) - bad
        walked.append(name)
        line.end(name, is_good=name not in bad)
        ready += line.ready()
    assert sorted([*walked, *line.stopped]) == sorted(needs)
    for name, culprit in line.stopped.items():
        assert culprit in every[name]
        assert culprit in bad
        assert culprit in walked
