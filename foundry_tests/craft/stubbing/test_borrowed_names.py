"""Words for names that annotations need: imported under names that mean nothing else in the module.

Add here a way in which a word could be taken for another thing.
Not here: where a name comes from (test_type_names).
"""

from __future__ import annotations

import ast

from foundry_assets.craft.stubbing.borrowed_names import BorrowedNames
from foundry_assets.craft.stubbing.holes import TOP, Fill, Protocol, Scope
from foundry_assets.craft.stubbing.type_text import parse

_IN_CLASS = Scope(bound=frozenset({"list", "Token"}))


def test_builtins_and_own_names_are_written_as_they_are() -> None:
    """Nothing is imported for what the module can see."""
    names = BorrowedNames(ast.parse("class Token: ..."))
    assert names.word("builtins", "list") == "list"
    assert names.word("", "Token") == "Token"
    assert names.word("", "Token.Kind") == "Token.Kind"
    assert [*names.imports(), *names.additions()] == []


def test_foreign_names_are_imported_privately() -> None:
    """An import of ours is nobody's name, and a class in a class comes with the outer one."""
    names = BorrowedNames(ast.parse(""))
    assert names.word("re", "Pattern") == "_Pattern"
    assert names.word("re", "Pattern") == "_Pattern"
    assert names.word("email.message", "Outer.Inner") == "_Outer.Inner"
    assert names.word("_typeshed", "Incomplete") == "Incomplete"
    assert [*names.imports()] == [
        "from _typeshed import Incomplete",
        "from email.message import Outer as _Outer",
        "from re import Pattern as _Pattern",
    ]


def test_a_word_that_is_taken_is_not_taken_again() -> None:
    """Neither the module's own words nor those of two modules are mixed up."""
    names = BorrowedNames(ast.parse("_Pattern = 1\ndef f(Incomplete): x._Path\nimport y as _Token\n"))
    assert names.word("re", "Pattern") == "_Pattern_"
    assert names.word("typing", "Pattern") == "_Pattern__"
    assert names.word("pathlib", "Path") == "_Path_"
    assert names.word("demo", "Token") == "_Token_"
    assert names.word("_typeshed", "Incomplete") == "Incomplete_"


def test_what_a_class_hides_gets_another_word() -> None:
    """Inside a class that binds the name itself, the module's own and the builtin one are still meant."""
    names = BorrowedNames(ast.parse("class Token: ..."))
    assert names.word("builtins", "list", _IN_CLASS) == "_list"
    assert names.word("", "Token", _IN_CLASS) == "_Token"
    assert names.word("builtins", "int", _IN_CLASS) == "int"
    assert [*names.imports()] == ["from builtins import list as _list"]
    assert [*names.additions()] == ["_Token = Token"]


def test_what_the_module_hides_gets_another_word() -> None:
    """A module with a function `type` does not make a mess of `type[...]`."""
    names = BorrowedNames(ast.parse("def type(a): ..."))
    assert names.word("builtins", "type", TOP) == "_type"


def test_classes_of_ours_are_written_at_the_end() -> None:
    """A callable with named parameters is a protocol, with those that it needs itself."""
    inner = Protocol(
        "_Callable_1", Fill("class _Callable_1({0}): ...", (("typing", "Protocol"),)), parse("int")
    )
    fill = Fill("{0} | {1}", (("", "_Callable_1"), ("builtins", "int")), (inner,))
    names = BorrowedNames(ast.parse(""))
    assert names.text_of(fill, TOP) == "_Callable_1 | int"
    assert [*names.additions()] == ["class _Callable_1(_Protocol): ..."]
    assert [*names.imports()] == ["from typing import Protocol as _Protocol"]
