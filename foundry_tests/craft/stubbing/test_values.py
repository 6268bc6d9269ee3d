"""Values in a stub: which right-hand sides mean more than their type.

Add here a kind of value.
Not here: where values stand (test_skeleton).
"""

from __future__ import annotations

import ast

import pytest

from foundry_assets.craft.stubbing.values import is_kept_as_it_is, is_type_variable, is_version_text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("T = TypeVar('T')", True),
        ("N = collections.namedtuple('N', 'a')", True),
        ("p = property(f)", True),
        ("A = B", True),
        ("A = b.c.D", True),
        ("A = Optional[int]", True),
        ("A = Dict[str, 'B']", True),
        ("A = Callable[[int], None]", True),
        ("A = x[0]", False),
        ("A = int | None", True),
        ("A = 1 | 2", False),
        ("A = a + b", False),
        ("A = g()", False),
        ("A = 'text'", False),
        ("A = {}", False),
        ("f = lambda a: a", True),
        (f"f = lambda a: {'a' * 300!r}", False),
        ("__all__ = g()", True),
        ("__slots__ = ()", True),
        ("__match_args__ = ('a',)", True),
    ],
)
def test_some_values_mean_more_than_their_type(line: str, expected: bool) -> None:
    """What makes a type or names one is kept as it is."""
    node = ast.parse(line).body[0]
    assert isinstance(node, ast.Assign)
    assert isinstance(node.targets[0], ast.Name)
    assert is_kept_as_it_is(node.targets[0].id, node.value) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("__version__ = '1.0'", True),
        ("VERSION = '1.0'", True),
        ("__version__ = get()", False),
        ("version_info = (1, 0)", False),
        ("name = '1.0'", False),
        ("a.version = '1.0'", False),
    ],
)
def test_a_version_is_only_a_text(line: str, expected: bool) -> None:
    """Every release changes it, and nothing depends on what it says."""
    node = ast.parse(line).body[0]
    assert isinstance(node, ast.Assign)
    assert is_version_text(node) is expected


def test_type_variables_are_told_from_types() -> None:
    """They mean nothing outside of the function that uses them."""
    made = {
        text: is_type_variable(ast.parse(text, mode="eval").body)
        for text in ("t.TypeVar('T')", "NewType('N', int)")
    }
    assert made == {"t.TypeVar('T')": True, "NewType('N', int)": False}
