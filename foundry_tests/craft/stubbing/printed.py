"""Types in the words of each checker, taken from runs over one file; and types made up by hypothesis.

Add here a form that a checker prints, with what it says in the plainest words.
Not here: what is promised about them (test_type_text, test_comparing).
"""

from __future__ import annotations

from hypothesis import strategies as st

from foundry_assets.craft.stubbing.printed_types import HOLE, Parameter, Type, union_of

FORMS = [
    # basedpyright 1.40
    ("Unknown", "?"),
    (
        "(a: Unknown, b: int = 1, ..., c: Unknown, d: str = \"x\") -> Unknown",
        "(a: ?, b: int =, ..., c: ?, d: str =) -> ?",
    ),
    (
        "(a: Unknown, b: int = 2, /, c: int = 3, *, d: Unknown) -> tuple[Unknown, int]",
        "(a: ?, b: int =, /, c: int =, *, d: ?) -> tuple[?, int]",
    ),
    (
        "(flag: Unknown) -> (Literal[1, b\"x\", E.A, True] | None)",
        "(flag: ?) -> Literal[1, b\"x\", E.A, True] | None",
    ),
    ("() -> Literal[-1]", "() -> Literal[-1]"),
    ("() -> Generator[Literal[1], Unknown, Literal['a']]", "() -> Generator[Literal[1], ?, Literal['a']]"),
    ("_Wrapped[Unknown, [*args: Unknown, **kwargs: Unknown], int]", "_Wrapped[?, ..., int]"),
    ("(fn: Unknown) -> _Wrapped[..., Unknown, ..., Unknown]", "(fn: ?) -> _Wrapped[..., ?, ..., ?]"),
    (
        "(fn: (**P@deco) -> T@deco) -> ((**P@deco) -> list[T@deco])",
        "(fn: (**P@deco) -> T@deco) -> (**P@deco) -> list[T@deco]",
    ),
    ("(*x: *Ts@vt) -> tuple[*Ts@vt]", "(*x: *Ts@vt) -> tuple[*Ts@vt]"),
    (
        "(x: (int, str) -> None, y: (...) -> Any) -> (() -> int)",
        "(x: (int, str) -> None, y: (...) -> ?) -> () -> int",
    ),
    ("() -> Module(\"..path\")", "() -> Module[\"..path\"]"),
    ("() -> tuple[()]", "() -> tuple[()]"),
    ("type[int] | type[str]", "type[int] | type[str]"),
    ("Overload[(x: int) -> int, (x: str) -> str]", "Overload[(x: int) -> int, (x: str) -> str]"),
    (
        "(w: Unknown = [1, { 2: \"}\" }], v: Unknown = lambda q: q, s: int = 1 if True else 2) -> str",
        "(w: ? =, v: ? =, s: int =) -> str",
    ),
    ("(x: str = \"it's\", n: int = 5 % 2, m: int = 1 @ 2) -> None", "(x: str =, n: int =, m: int =) -> None"),
    ("() -> CoroutineType[Any, Any, Literal[1]]", "() -> CoroutineType[?, ?, Literal[1]]"),
    ("list[str*] | str*", "list[str] | str"),
    ("Self@C", "Self@C"),
    ("List[int] | Dict[str, Any]", "List[int] | Dict[str, ?]"),
    # mypy 2.4
    ("Any", "?"),
    ("def (v: Any)", "(v: ?) -> None"),
    (
        "def (a: Any, b: Any =, *args: Any, c: Any, d: Any =, **kw: Any) -> Any",
        "(a: ?, b: ? =, *args: ?, c: ?, d: ? =, **kw: ?) -> ?",
    ),
    ("def (Any, Any =, c: Any =, *, d: Any) -> Any", "(Any, Any =, c: ? =, *, d: ?) -> ?"),
    (
        "def [P, T] (fn: def (*P.args, **P.kwargs) -> T) -> def (*P.args, **P.kwargs) -> list[T]",
        "(fn: (*P.args, **P.kwargs) -> T) -> (*P.args, **P.kwargs) -> list[T]",
    ),
    (
        "def (x: def (int, str), y: def (*Any, **Any) -> Any) -> def () -> int",
        "(x: (int, str) -> None, y: (*Any, **Any) -> ?) -> () -> int",
    ),
    ("def () -> TypedDict(demo.TD, {'a'?: int, 'b': str})", "() -> demo.TD"),
    ("def (x: int, y: str =) -> tuple[int, str, fallback=demo.N]", "(x: int, y: str =) -> demo.N"),
    ("Literal['x']?", "Literal['x']"),
    ("Literal[demo.E.A]?", "Literal[demo.E.A]"),
    (
        "def (x: Literal['a'] | Literal[1] | None) -> Literal[demo.E.A]",
        "(x: Literal['a'] | Literal[1] | None) -> Literal[demo.E.A]",
    ),
    ("Overload(def (x: int) -> int, def (x: str) -> str)", "Overload[(x: int) -> int, (x: str) -> str]"),
    ("types.UnionType[int, str]", "types.UnionType[int, str]"),
    ("def [T <: demo.A | demo.B] (x: T`-1) -> T`-1", "(x: T`-1) -> T`-1"),
    ("Union[int, None]", "int | None"),
    ("Optional[int]", "int | None"),
    # pyrefly 1.4
    (
        "(a: Unknown, b: int | Unknown = 1, *args: Unknown, *, c: Unknown) -> Unknown",
        "(a: ?, b: ? =, *args: ?, *, c: ?) -> ?",
    ),
    (
        "[**P, T](fn: (ParamSpec(P)) -> T) -> (ParamSpec(P)) -> list[T]",
        "(fn: (ParamSpec[P]) -> T) -> (ParamSpec[P]) -> list[T]",
    ),
    ("(x: Unknown) -> Match[str] | None", "(x: ?) -> Match[str] | None"),
    (
        "(v: ((q: Unknown) -> Unknown) | Unknown = ..., t: float | Unknown = -1.5e3) -> str | Unknown",
        "(v: ? =, t: ? =) -> ?",
    ),
    (
        "(x: str | Unknown = 'it\\'s', z: bytes | Unknown = b'\\x00') -> anon.Loc",
        "(x: ? =, z: ? =) -> anon.Loc",
    ),
    (
        "Overload[\n  (x: int) -> int\n  [T](x: list[T]) -> T\n] ",
        "Overload[(x: int) -> int, (x: list[T]) -> T]",
    ),
    ("Module[os.path]", "Module[os.path]"),
    ("TypeVar[T]", "TypeVar[T]"),
    ("Unknown | None", "?"),
    # ty 0.0.105
    ("def f(a, b=1, *args, c, d=\"x\", **kw) -> Unknown", "(a, b =, *args, c, d =, **kw) -> ?"),
    ("def tv[T](x: T) -> T", "(x: T) -> T"),
    ("def cb(x: (int, str, /) -> None) -> (() -> int)", "(x: (int, str, /) -> None) -> () -> int"),
    ("bound method C.m() -> Unknown", "() -> ?"),
    ("bound method <class 'C'>.cm(x) -> Unknown", "(x) -> ?"),
    ("bound method G[Unknown].put(v: Unknown) -> None", "(v: ?) -> None"),
    ("<class 'C'>", "type[C]"),
    ("None | Unknown", "?"),
    ("Literal[\"a\", \"b\"]", "Literal[\"a\", \"b\"]"),
    ("str & ~Literal[\"\"]", "str"),
    ("A & B", "A & B"),
    ("Unknown & ~None", "?"),
    ("list[Divergent] | @Todo(unpacking)", "?"),
    ("TypeGuard[int]", "TypeGuard[int]"),
]  # fmt: skip
"""What a checker prints, and the same in the words of `written`."""

UNREADABLE = [
    "",
    "list[int",
    "list[int]]",
    "int |",
    "{'a': 1}",
    "<NewType pseudo-class 'NT'>",
    "<super: C, C>",
    "TypeGuard[int @ _a]",
    "'open",
    ": int",
    "() ->",
]


def written(type_: Type) -> str:
    """Write a type in one plain way, which can be read again."""
    if type_.head == "?":
        return "?"
    if type_.head == "|":
        return " | ".join(_inner(arg) for arg in type_.args)
    if type_.head == "&":
        return " & ".join(map(_inner, type_.args))
    if type_.head == "()":
        return (
            f"({', '.join(map(_parameter, type_.parameters))}) -> {written(type_.result)}"
            if type_.args
            else "()"
        )
    inside = ", ".join(map(written, type_.args))
    return f"[{inside}]" if type_.head == "[]" else type_.head + (f"[{inside}]" if inside else "")


def _inner(type_: Type) -> str:
    return f"({written(type_)})" if type_.head == "()" and type_.args else written(type_)


def _parameter(found: Parameter) -> str:
    told = f"{found.name}: {written(found.type)}" if found.type and found.name.strip("*") else found.name
    if found.type and not found.name.strip("*"):
        told = found.name + written(found.type)
    return f"{told} =" if found.optional else told


_NAMES = st.sampled_from(["int", "str", "Path", "demo.C", "T@f"])
_GENERIC = st.sampled_from(["list", "dict", "tuple", "Generator", "type"])
_LITERALS = st.sampled_from(["1", "'a'", "True", "b'x'", "E.A"])


def _above(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    parameters = st.lists(
        st.builds(Parameter, st.sampled_from(["a", "b", "*args", "**kw"]), inner, st.booleans()), max_size=2
    )
    return (
        st.builds(
            lambda head, args: Type(head, tuple(args)), _GENERIC, st.lists(inner, min_size=1, max_size=3)
        )
        | st.builds(union_of, st.lists(inner, min_size=2, max_size=3))
        | st.builds(lambda told, result: Type("()", (result,), tuple(told)), parameters, inner)
    )


def _as_printed(type_: Type) -> Type:
    """Give a type without what is known beside a hole: checkers print the hole alone."""
    if type_.is_hole:
        return HOLE
    args = tuple(map(_as_printed, type_.args))
    if type_.head == "|":
        return union_of(args)
    told = (
        Parameter(found.name, _as_printed(found.type) if found.type else None, found.optional)
        for found in type_.parameters
    )
    return Type(type_.head, args, tuple(told))


_PLAIN = st.just(HOLE) | st.just(Type("None")) | st.builds(Type, _NAMES)
_LITERAL = st.lists(_LITERALS, min_size=1, max_size=2, unique=True).map(
    lambda found: Type("Literal", tuple(map(Type, found)))
)
TYPES = st.recursive(_PLAIN | _LITERAL, _above, max_leaves=8).map(_as_printed)
"""Types of every form, holes among them."""
