"""Types as checkers print them, read into a tree.

Add here a way in which one of the checkers writes a type.
Not here: cutting text into tokens (tokens), the tree (printed_types), running a checker (checkers).
"""

from __future__ import annotations

import re
from functools import lru_cache

from foundry_assets.craft.stubbing.printed_types import HOLE, NONE, Parameter, Type, union_of
from foundry_assets.craft.stubbing.tokens import CLOSING, Tokens, Unreadable

__all__ = ["Unreadable", "parse"]

_HOLES = frozenset({"Unknown", "Any", "typing.Any", "Incomplete", "Divergent", "builtins.Any"})
_ENDS = frozenset({",", ")"})
_FALLBACK = "fallback"
_ANY_PARAMETERS = re.compile(r"\[\*args: (?:Unknown|Any), \*\*kwargs: (?:Unknown|Any)\]")
"""One checker writes out what the others write as `...`."""
_BEGINS_A_TYPE = re.compile(r"[\w'\"]|-\d|\.\.\.")


@lru_cache(maxsize=20_000)
def parse(text: str) -> Type:
    """Read one printed type; raises `Unreadable`."""
    reader = _Reader(_ANY_PARAMETERS.sub("...", text))
    try:
        found = reader.union()
    except RecursionError:
        raise Unreadable(text) from None
    if not reader.tokens.is_at_end:
        raise Unreadable(text)
    return found


class _Reader:
    """Reads a union of terms."""

    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text)

    def union(self) -> Type:
        members = [self._intersection()]
        while self.tokens.take("|"):
            members.append(self._intersection())
        return union_of(members)

    def _intersection(self) -> Type:
        """Read `A & ~B` as ty writes it; what something is not says too little to keep."""
        members = [] if self._excluded() else [self._term()]
        while self.tokens.take("&"):
            if not self._excluded():
                members.append(self._term())
        if len(members) == 1:
            return members[0]
        return HOLE if not members or any(found.is_hole for found in members) else Type("&", tuple(members))

    def _excluded(self) -> bool:
        if not self.tokens.take("~"):
            return False
        self._term()
        return True

    def _term(self) -> Type:
        part = self.tokens.next()
        if part in {"*", "**"}:
            inner = self._term()
            return Type(part + inner.head, inner.args, inner.parameters)
        if part == "(":
            return self._parenthesis()
        if part == "def" or (part == "bound" and self.tokens.take("method")):
            return self._function()
        if part == "<":
            return self._in_angles()
        if part == "[":
            return self._bracket()
        if _BEGINS_A_TYPE.match(part) is None:
            raise Unreadable(self.tokens.text)
        return self._applied(part)

    def _in_angles(self) -> Type:
        """Read `<class 'C'>`; other things in angles have names of their own."""
        self.tokens.expect("class")
        inner = Type(self.tokens.next().strip("'"))
        self.tokens.expect(">")
        return Type("type", (inner,))

    def _bracket(self) -> Type:
        """Read the parameters of a generic function, or a list of types."""
        if self.tokens.behind("]") == "(":
            self.tokens.skip_to("]")
            self.tokens.expect("(")
            return self._callable(without_arrow=HOLE)
        return Type("[]", self._items("]"))

    def _applied(self, part: str) -> Type:
        head = part.removesuffix("?")
        if self.tokens.take("("):
            return self._called(head)
        args = self._items("]") if self.tokens.take("[") else ()
        if args and args[-1].head == _FALLBACK:
            return args[-1].result
        self.tokens.take("?")  # mypy marks a literal that it inferred
        if self.tokens.peek() == "*" and self.tokens.peek(1) in {*_ENDS, "", "|", "]", "="}:
            self.tokens.next()  # pyright marks a type that a constraint chose
        if head in {"Union", "Optional"}:
            return union_of([*args, NONE] if head == "Optional" else args)
        return HOLE if head in _HOLES else Type(head, args)

    def _called(self, head: str) -> Type:
        """Read `Overload(…)`, `Module(…)`, `ParamSpec(…)`, and mypy's `TypedDict(name, {fields})`."""
        if head != "TypedDict":
            return Type(head, self._items(")"))
        name = self.tokens.next()
        self.tokens.skip_to(")")
        return Type(name)

    def _parenthesis(self) -> Type:
        """Read a callable, or a type in parentheses."""
        if self.tokens.behind(")") == "->":
            return self._callable(without_arrow=HOLE)
        if self.tokens.take(")"):
            return Type("()")
        inner = self.union()
        self.tokens.expect(")")
        return inner

    def _function(self) -> Type:
        """Read `def [T] name[T](…)`; ty names the function, and mypy leaves `-> None` out."""
        while (part := self.tokens.next()) != "(":
            if part in CLOSING:
                self.tokens.skip_to(CLOSING[part])
        return self._callable(without_arrow=NONE)

    def _callable(self, *, without_arrow: Type) -> Type:
        parameters: list[Parameter] = []
        while not self.tokens.take(")"):
            parameters.append(self._parameter())
            self.tokens.take(",")
        result = self.union() if self.tokens.take("->") else without_arrow
        return Type("()", (result,), tuple(parameters))

    def _parameter(self) -> Parameter:
        tokens = self.tokens
        stars = next((sign for sign in ("**", "*") if tokens.take(sign)), "")
        if tokens.peek() in _ENDS:
            return Parameter(stars, None, optional=False)
        for sign in ("/", "..."):
            if tokens.take(sign):
                return Parameter(sign, None, optional=False)
        if tokens.peek(1) not in {":", "=", *_ENDS}:
            return Parameter(stars, self.union(), self._default())
        name = stars + tokens.next()
        type_ = self.union() if tokens.take(":") else None
        return Parameter(name, type_, self._default())

    def _default(self) -> bool:
        """Skip a default's text, which is any expression; tell whether there was one."""
        if not self.tokens.take("="):
            return False
        while self.tokens.peek() not in _ENDS:
            part = self.tokens.next()
            if part in CLOSING:
                self.tokens.skip_to(CLOSING[part])
        return True

    def _items(self, closing: str) -> tuple[Type, ...]:
        """Read types with commas between them; mypy names the class of a named tuple as its `fallback`."""
        items: list[Type] = []
        while not self.tokens.take(closing):
            name = self.tokens.next() if self.tokens.peek(1) == "=" else ""
            self.tokens.take("=")
            item = self.union()
            items.append(Type(_FALLBACK, (item,)) if name == _FALLBACK else item)
            if self.tokens.peek() != closing:
                self.tokens.expect(",")
        return tuple(items)
