"""The skeleton of a module: its stub, verbatim from the syntax tree, with a hole where a type is missing.

Add here what becomes of a kind of statement.
Not here: what classes and functions mean (class_bodies, functions), what fills a hole (filling).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from functools import singledispatchmethod

from foundry_assets.craft.stubbing.borrowed_names import BorrowedNames
from foundry_assets.craft.stubbing.bound_names import bound_names, is_script_part, own_names, target_names
from foundry_assets.craft.stubbing.class_bodies import attributes_of, is_enumeration, is_field_holder
from foundry_assets.craft.stubbing.functions import Function, is_overload, kept_signature
from foundry_assets.craft.stubbing.holes import NOTHING_YET, TOP, Fill, Hole, Scope
from foundry_assets.craft.stubbing.values import (
    is_kept_as_it_is,
    is_none,
    is_short,
    is_version_text,
    keeps_value,
    type_comment,
)

_OPEN = ("_typeshed", "Incomplete")
_FIELD = ("dataclasses", "field")


class Skeleton:
    """Makes a module's stub; `fills` maps a hole's key to its annotation, `used` is what others take from it.

    `top` is the package's first name. After `text()`, `holes` lists every hole, filled or not, in order.
    """

    def __init__(
        self, tree: ast.Module, *, top: str, fills: Mapping[str, Fill], used: Collection[str] = ()
    ) -> None:
        self._tree = tree
        self._top = top
        self._fills = fills
        # A name that is imported in one branch and made in another is the module's own.
        self._handed_on = {*used, *own_names(tree)}
        self._names = BorrowedNames(tree)
        self.holes: list[Hole] = []

    def text(self) -> str:
        """Give the stub's text."""
        body = [*self._block(self._tree.body, TOP), *self._made_by_functions()]
        text = ast.unparse(ast.fix_missing_locations(ast.Module(body, [])))
        parts = [*self._names.imports(), text, *self._names.additions()]
        return "".join(f"{part}\n" for part in parts if part)

    def _block(self, body: Sequence[ast.stmt], scope: Scope) -> list[ast.stmt]:
        overloaded = {node.name for node in body if isinstance(node, Function) and is_overload(node)}
        kept: list[ast.stmt] = []
        for node in body:
            is_implementation = (
                isinstance(node, Function) and node.name in overloaded and not is_overload(node)
            )
            if not is_implementation:  # which no caller sees
                kept += self._kept(node, scope)
        return kept

    @singledispatchmethod
    def _kept(self, node: ast.stmt, _: Scope) -> list[ast.stmt]:
        """Give what the stub has in a statement's place; by default nothing, since it only acts."""
        return [node] if type(node).__name__ == "TypeAlias" else []

    @_kept.register
    def _import(self, node: ast.Import, _: Scope) -> list[ast.stmt]:
        names = [self._told(alias, own=False) for alias in node.names]
        tops = [told.name.partition(".")[0] for told in names if told.asname is None and "." in told.name]
        more = [ast.Import([ast.alias(top, top)]) for top in tops if top in self._handed_on]
        return [ast.Import(names), *more]

    @_kept.register
    def _from(self, node: ast.ImportFrom, _: Scope) -> list[ast.stmt]:
        if node.module == "__future__":
            return []
        own = node.level > 0 or (node.module or "").partition(".")[0] == self._top
        return [ast.ImportFrom(node.module, [self._told(alias, own=own) for alias in node.names], node.level)]

    def _told(self, alias: ast.alias, *, own: bool) -> ast.alias:
        """Import a name as itself where others take it from here: a stub hands nothing else on (PEP 484)."""
        plain = alias.asname is None and "." not in alias.name and alias.name != "*"
        hands_on = plain and (own or alias.name in self._handed_on)
        return ast.alias(alias.name, alias.name) if hands_on else ast.alias(alias.name, alias.asname)

    @_kept.register
    def _if(self, node: ast.If, scope: Scope) -> list[ast.stmt]:
        if is_script_part(node):
            return []
        body, other = self._block(node.body, scope), self._block(node.orelse, scope)
        return [ast.If(node.test, body or [ast.Pass()], other)] if body or other else []

    @_kept.register
    def _try(self, node: ast.Try | ast.TryStar, scope: Scope) -> list[ast.stmt]:
        body, orelse, final = (self._block(part, scope) for part in (node.body, node.orelse, node.finalbody))
        caught = [self._block(handler.body, scope) for handler in node.handlers]
        if not any([body, orelse, final, *caught]):
            return []
        handlers = [
            ast.ExceptHandler(handler.type, handler.name, kept or [ast.Pass()])
            for handler, kept in zip(node.handlers, caught, strict=True)
        ]
        return [type(node)(body or [ast.Pass()], handlers, orelse, final)]

    @_kept.register
    def _with(self, node: ast.With, scope: Scope) -> list[ast.stmt]:
        return [ast.With(node.items, self._block(node.body, scope) or [ast.Pass()])]

    @_kept.register
    def _loop(self, node: ast.For | ast.While | ast.Match, scope: Scope) -> list[ast.stmt]:
        return [self._variable(name, scope) for name in sorted(set(bound_names([node])) - {"*"})]

    @_kept.register
    def _act(
        self, node: ast.AugAssign | ast.Expr | ast.Delete | ast.Raise | ast.Assert, _: Scope
    ) -> list[ast.stmt]:
        return [node] if _has_meaning(node) else []

    @_kept.register
    def _class(self, node: ast.ClassDef, scope: Scope) -> list[ast.stmt]:
        inner = scope.inside(node, bound_names(node.body))
        body = self._block(node.body, inner)
        own = [
            self._attribute(found.name, found.annotation, inner)
            for found in attributes_of(node)
            if found.name not in inner.bound
        ]
        kept = ast.copy_location(ast.ClassDef(**dict(ast.iter_fields(node))), node)
        kept.body = [*own, *body] or [ast.Expr(ast.Constant(...))]
        return [kept]

    def _attribute(self, name: str, annotation: ast.expr | None, scope: Scope) -> ast.stmt:
        """Declare what methods put on `self`; in a dataclass it must not become a parameter."""
        hole = Hole.of_name("attribute", name, scope)
        made = self._declared(name, ast.unparse(annotation) if annotation else self._filled(hole, scope))
        if scope.owner is not None and is_field_holder(scope.owner):
            field = self._names.word(*_FIELD)
            made.value = ast.parse(f"{field}(init=False)", mode="eval").body
        return made

    @_kept.register
    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> list[ast.stmt]:
        signature = kept_signature(node, in_class=bool(scope.classes))
        if signature.needs_result and (fill := self._filled(Hole.of_result(node, scope), scope)):
            signature.node.returns = ast.parse(fill, mode="eval").body
        return [signature.node]

    @_kept.register
    def _annotated(self, node: ast.AnnAssign, _: Scope) -> list[ast.stmt]:
        if not isinstance(node.target, ast.Name):
            return []
        return [node if keeps_value(node) else _without_value(node)]

    @_kept.register
    def _assign(self, node: ast.Assign, scope: Scope) -> list[ast.stmt]:
        names = [name for target in node.targets for name in target_names(target)]
        if not names or _stays(node, names, scope):
            return [node] if names else []
        if len(names) == 1 and (comment := type_comment(node)):
            return [self._declared(names[0], comment)]
        if is_version_text(node) and not scope.classes:
            return [self._declared(name, self._names.word("builtins", "str")) for name in names]
        fills = {name: self._filled(Hole.of_name("variable", name, scope), scope) for name in names}
        nothing_yet = is_none(node.value) and any(self._is_nothing_yet(name, scope) for name in names)
        if nothing_yet or (is_short(node.value) and not all(fills.values())):
            return [node]
        return [self._declared(name, fill) for name, fill in fills.items()]

    def _is_nothing_yet(self, name: str, scope: Scope) -> bool:
        """Tell whether a variable never holds more than None here; heirs may put more there in both forms."""
        return self._fills.get(Hole.of_name("variable", name, scope).key) == NOTHING_YET

    def _variable(self, name: str, scope: Scope) -> ast.stmt:
        return self._declared(name, self._filled(Hole.of_name("variable", name, scope), scope))

    def _made_by_functions(self) -> list[ast.stmt]:
        """Declare what only functions make, by a `global` statement."""
        made = {name for node in ast.walk(self._tree) if isinstance(node, ast.Global) for name in node.names}
        return [self._variable(name, TOP) for name in sorted(made - set(bound_names(self._tree.body)))]

    def _declared(self, name: str, annotation: str) -> ast.AnnAssign:
        told = annotation or self._names.word(*_OPEN)
        return ast.AnnAssign(ast.Name(name), ast.parse(told, mode="eval").body, None, 1)

    def _filled(self, hole: Hole, scope: Scope) -> str:
        """Note a hole, and give the annotation that fills it, or nothing."""
        self.holes.append(hole)
        fill = self._fills.get(hole.key)
        return self._names.text_of(fill, scope) if fill else ""


def _stays(node: ast.Assign, names: Sequence[str], scope: Scope) -> bool:
    """Tell whether an assignment stays as it is, because it means more than the type of its value."""
    plain = len(names) == 1 and isinstance(node.targets[0], ast.Name)
    if plain and is_kept_as_it_is(names[0], node.value):
        return True
    return scope.owner is not None and (is_enumeration(scope.owner) or is_field_holder(scope.owner))


def _without_value(node: ast.AnnAssign) -> ast.AnnAssign:
    return ast.AnnAssign(node.target, node.annotation, ast.Constant(...), node.simple)


def _has_meaning(node: ast.stmt) -> bool:
    """Tell whether a checker learns from it which names there are, or that nothing follows."""
    match node:
        case ast.AugAssign(target=ast.Name(id="__all__")) | ast.Raise():
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__")))):
            return True
        case ast.Delete(targets=targets):
            return all(isinstance(target, ast.Name) for target in targets)
        case ast.Assert(test=test):
            return "sys." in ast.unparse(test)
    return False
