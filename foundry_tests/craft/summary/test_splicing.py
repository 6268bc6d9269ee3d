"""An entry put into the text is what rendering all of it anew would give, to the byte.

Add here another layout that could mislead who looks for a place in the text.
Not here: when a text counts as ours (test_kept).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundry_assets.craft.summary.merging import Document, render
from foundry_assets.craft.summary.splicing import counted, spliced, taken_out

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["artifacts", "releases", "release_assembly", "a"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)
entries = st.dictionaries(
    st.sampled_from(["a==1", "a==1 (rehearsal)", "a==1.0", "b==1!2", "releases", 'q"uote\\']),
    st.dictionaries(st.sampled_from(["name", "{", "z"]), values, min_size=1, max_size=3),
    max_size=5,
)


def document(releases: Document, others: Document) -> Document:
    """Give a document with these entries, in which others say what they like."""
    assembly = {"approved": others, "releases": releases, "zebra": others}
    return others | {"artifacts": {"before": others, "release_assembly": assembly, "zebra": others}}


@settings(deadline=None)
@given(
    before=entries,
    fresh=entries,
    theirs=st.dictionaries(st.sampled_from(["a", "stages", "z"]), values),
    now=values,
)
def test_a_text_is_as_if_rendered_anew(before: Any, fresh: Any, theirs: Any, now: Any) -> None:
    """Whatever stands in the other entries and around them, and wherever the new ones belong."""
    after = document(before | fresh, theirs | {"generated_at": now})
    text = spliced(after, list(fresh), over=render(document(before, theirs)))
    assert text == render(after)
    assert counted(text) == len(before | fresh)
    assert {key: taken_out(text, key) for key in before | fresh} == before | fresh
    assert taken_out(text, "absent") is None


@pytest.mark.parametrize("odd", ["\ud83d", "ü"])
def test_half_a_surrogate_pair_is_no_hindrance(odd: str) -> None:
    """A text that only escapes can say holds the same afterwards."""
    before, after = ({"a==1": {"name": odd}}, {"a==1": {"name": odd}, "b==1": {"name": "b"}})
    text = spliced(document(after, {"odd": odd}), ["b==1"], over=render(document(before, {"odd": odd})))
    assert {key: taken_out(text, key) for key in after} == after
