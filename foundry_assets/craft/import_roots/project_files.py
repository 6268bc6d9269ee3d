"""A project's static configuration: pyproject.toml, setup.cfg, and what setup.py says in plain literals.

Add here how such a file is read; it is parsed, never executed.
Not here: what the settings mean for a backend (declared, setuptools_roots).
"""

from __future__ import annotations

import ast
import configparser
import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from foundry_assets.craft.foreign_python import parse_foreign
from foundry_assets.errors import MetadataUnreadable


@dataclass(frozen=True)
class FindCall:
    """A `find_packages(...)` as written: where to look, and the glob patterns of dotted names."""

    where: str = "."
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ("*",)
    namespaces: bool = False


@dataclass(frozen=True)
class ProjectFiles:
    """The configuration files of the project in `tree`, each read when first asked for.

    Every property raises `MetadataUnreadable` where its file exists and cannot be parsed.
    """

    tree: Path

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        """Give pyproject.toml, or an empty table."""
        path = self.tree / "pyproject.toml"
        if not path.is_file():
            return {}
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise _unreadable(path, error) from None

    def table(self, *keys: str) -> dict[str, Any]:
        """Give the table below `keys` of pyproject.toml, empty where there is none."""
        found: Any = self.pyproject
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    @cached_property
    def setup_cfg(self) -> configparser.RawConfigParser:
        """Give setup.cfg; no sections where the file is missing."""
        parser = configparser.RawConfigParser()
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        path = self.tree / "setup.cfg"
        if path.is_file():
            try:
                parser.read_string(path.read_text("utf-8"))
            except (configparser.Error, ValueError) as error:
                raise _unreadable(path, error) from None
        return parser

    def option(self, section: str, name: str) -> str:
        """Give an option of setup.cfg as written, under its dashed or underscored name."""
        for spelling in (name, name.replace("_", "-")):
            if self.setup_cfg.has_option(section, spelling):
                return str(self.setup_cfg.get(section, spelling))
        return ""

    @cached_property
    def setup_call(self) -> dict[str, Any]:
        """Give the keywords of setup.py's `setup(...)` whose values can be read off the text."""
        path = self.tree / "setup.py"
        if not path.is_file():
            return {}
        try:
            return _setup_keywords(parse_python(path))
        except (SyntaxError, ValueError) as error:
            raise _unreadable(path, error) from None

    def declares_data(self, name: str) -> str:
        """Give the file whose setuptools package data names this very file name, or an empty text."""
        given = self.setup_call.get("package_data")
        in_setup_py = given.values() if isinstance(given, dict) else ()
        section = "options.package_data"
        options = self.setup_cfg.options(section) if self.setup_cfg.has_section(section) else []
        places = {
            "pyproject.toml": self.table("tool", "setuptools", "package-data").values(),
            "setup.cfg": [split_list(self.setup_cfg.get(section, option)) for option in options],
            "setup.py": in_setup_py,
        }
        return next(
            (file for file, lists in places.items() if any(name in list(found) for found in lists)), ""
        )


def parse_python(path: Path) -> ast.Module:
    """Parse a module by its own encoding; raises SyntaxError or ValueError, warns about nothing."""
    return parse_foreign(path.read_bytes(), name=path.name)


def split_list(text: str) -> list[str]:
    """Read a list as setup.cfg writes it: by lines, or by commas on one line."""
    parts = text.splitlines() if "\n" in text else text.split(",")
    return [part.strip() for part in parts if part.strip()]


def _unreadable(path: Path, error: Exception) -> MetadataUnreadable:
    return MetadataUnreadable(
        f"`{path.name}` cannot be parsed: {error}",
        remedy=f"mend `{path.name}` so that a build tool can read it",
    )


def _setup_keywords(module: ast.Module) -> dict[str, Any]:
    reader = _Literals(module)
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and _name(node) == "setup"]
    keywords: dict[str, Any] = {}
    for keyword in (keyword for call in calls for keyword in call.keywords):
        value = reader.read(keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, dict):
            keywords |= value
    return {name: value for name, value in keywords.items() if value is not None}


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


class _Literals:
    """Reads values off a syntax tree: literals, names assigned once, sums, dict(...), find_packages(...)."""

    def __init__(self, module: ast.Module) -> None:
        self._assigned: dict[str, list[ast.expr]] = {}
        self._reading: set[str] = set()
        for node in ast.walk(module):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._assigned.setdefault(node.targets[0].id, []).append(node.value)

    def read(self, node: ast.expr) -> Any:
        """Give the value, or None where the text alone does not tell it."""
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError):
            pass
        match node:
            case ast.Name():
                value = self._read_name(node.id)
            case ast.Call():
                value = self._read_call(node)
            case ast.Dict():
                value = self._read_dict(node)
            case ast.List() | ast.Tuple():
                value = [item for item in map(self.read, node.elts) if isinstance(item, str)]
            case ast.ListComp(elt=ast.Name()):
                value = self._read_filtered(node.generators[0])
            case ast.BinOp(op=ast.Add()):
                value = self._read_sum(node)
            case _:
                value = None
        return value

    def _read_dict(self, node: ast.Dict) -> dict[str, Any]:
        known = zip(node.keys, node.values, strict=True)
        pairs = ((key and self.read(key), self.read(value)) for key, value in known)
        return {key: value for key, value in pairs if isinstance(key, str)}

    def _read_name(self, name: str) -> Any:
        values = self._assigned.get(name, [])
        if len(values) != 1 or name in self._reading:
            return None
        self._reading.add(name)
        try:
            return self.read(values[0])
        finally:
            self._reading.discard(name)

    def _read_filtered(self, generator: ast.comprehension) -> Any:
        """Read `[p for p in find_packages() if p.startswith("corp")]`."""
        found = self.read(generator.iter)
        for test in generator.ifs if isinstance(found, FindCall) else []:
            if isinstance(test, ast.Call) and _name(test) == "startswith" and test.args:
                prefix = self.read(test.args[0])
                return replace(found, include=(f"{prefix}*",)) if isinstance(prefix, str) else None
        return found

    def _read_sum(self, node: ast.BinOp) -> Any:
        both = [self.read(node.left), self.read(node.right)]
        texts = [part for part in both if isinstance(part, str)]
        if len(texts) == len(both):
            return "".join(texts)
        lists = [[part] if isinstance(part, FindCall) else part for part in both]
        return [item for part in lists if isinstance(part, list | tuple) for item in part] or None

    def _read_call(self, call: ast.Call) -> Any:
        keywords = {keyword.arg: self.read(keyword.value) for keyword in call.keywords if keyword.arg}
        if _name(call) == "dict" and not call.args:
            return keywords
        find = {"find": False, "find_packages": False, "find_namespace_packages": True}.get(_name(call))
        if find is None:
            return None
        given = dict(zip(("where", "exclude", "include"), map(self.read, call.args), strict=False)) | keywords
        return FindCall(
            where=given["where"] if isinstance(given.get("where"), str) else ".",
            exclude=tuple(given.get("exclude") or ()),
            include=tuple(given.get("include") or ("*",)),
            namespaces=find,
        )
