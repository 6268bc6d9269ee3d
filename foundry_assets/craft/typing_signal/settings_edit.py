"""Editing a project's settings so that the author's file keeps its shape: comments, order, line ends.

Add here a kind of file and the ways in which it is changed.
Not here: which settings to change (the carriers).
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import tomlkit
from configupdater import ConfigUpdater
from tomlkit.container import Container
from tomlkit.items import Array, Table

from foundry_assets.craft.import_roots.project_files import ProjectFiles, split_list


@dataclass(frozen=True)
class Edit:
    """A file's new text, and the change in words."""

    path: str
    text: str
    change: str

    def write(self, tree: Path) -> None:
        """Write the text into the tree as it is, line ends included."""
        (tree / self.path).write_bytes(self.text.encode("utf-8"))


@dataclass(frozen=True)
class EditedProject(ProjectFiles):
    """A project as it will be once `edits` are written; its tree still is as it was."""

    edits: tuple[Edit, ...]

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        """Give pyproject.toml with the edits in it."""
        return tomllib.loads(text_of(self, "pyproject.toml"))

    @cached_property
    def setup_cfg(self) -> configparser.RawConfigParser:
        """Give setup.cfg with the edits in it."""
        parser = configparser.RawConfigParser()
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(text_of(self, "setup.cfg"))
        return parser


def edits_of(project: ProjectFiles) -> tuple[Edit, ...]:
    """Give the edits that a project has gone through without their being written."""
    return project.edits if isinstance(project, EditedProject) else ()


def text_of(project: ProjectFiles, name: str) -> str:
    """Give a file's text with the project's edits and its own line ends; empty where there is no file."""
    edited = (edit.text for edit in edits_of(project) if edit.path == name)
    path = project.tree / name
    return next(edited, path.read_bytes().decode("utf-8") if path.is_file() else "")


def merged(earlier: Iterable[Edit], later: Iterable[Edit]) -> tuple[Edit, ...]:
    """Give one edit a file, where the later ones were made upon the earlier ones."""
    by_path = {edit.path: edit for edit in earlier}
    for edit in later:
        known = by_path.get(edit.path)
        change = f"{known.change}; {edit.change}" if known else edit.change
        by_path[edit.path] = Edit(edit.path, edit.text, change)
    return tuple(by_path.values())


@dataclass
class PyprojectEditor:
    """Changes lists in a project's pyproject.toml; `edit` gives the outcome."""

    project: ProjectFiles
    _document: tomlkit.TOMLDocument = field(init=False)
    _changes: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._document = tomlkit.parse(text_of(self.project, "pyproject.toml"))

    def add(self, keys: Sequence[str], items: Iterable[Any]) -> None:
        """Append to the list at `keys` what it does not hold yet, making tables and list where need be."""
        wanted = list(items)
        if not wanted:
            return
        array = self._array(keys)
        missing = [item for item in wanted if item not in array.unwrap()]
        for item in missing:
            array.append(_inline(item))
        if missing:
            self._changes.append(f"[{'.'.join(keys[:-1])}] {keys[-1]} gains {', '.join(map(_told, missing))}")

    def replace(self, keys: Sequence[str], items: Sequence[str]) -> None:
        """Make the list at `keys` hold exactly `items`, leaving those alone that are there already."""
        array = self._array(keys)
        before = array.unwrap()
        for position in reversed(range(len(before))):
            if before[position] not in items:
                del array[position]
        for item in items:
            if item not in before:
                array.append(item)
        gone = [str(item) for item in before if item not in items]
        if gone:
            self._changes.append(f"[{'.'.join(keys[:-1])}] {keys[-1]} loses {', '.join(gone)}")

    def put(self, keys: Sequence[str], value: str | bool) -> None:
        """Set the value at `keys`, making tables where need be."""
        self._table(keys[:-1])[keys[-1]] = value
        told = str(value).lower() if isinstance(value, bool) else value
        self._changes.append(f"[{'.'.join(keys[:-1])}] {keys[-1]} = {told}")

    def edit(self) -> list[Edit]:
        """Give the edit; nothing where nothing was changed."""
        if not self._changes:
            return []
        return [Edit("pyproject.toml", tomlkit.dumps(self._document), "; ".join(self._changes))]

    def _table(self, keys: Sequence[str]) -> Any:
        table: Any = self._document
        for position, key in enumerate(keys):
            if key not in table:
                table[key] = tomlkit.table(is_super_table=position < len(keys) - 1)
            table = table[key]
        assert isinstance(table, Table | Container | dict)
        return table

    def _array(self, keys: Sequence[str]) -> Array:
        table = self._table(keys[:-1])
        if keys[-1] not in table:
            table[keys[-1]] = tomlkit.array()
        array = table[keys[-1]]
        assert isinstance(array, Array)
        return array


def _inline(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    table = tomlkit.inline_table()
    table.update(item)
    return table


def _told(item: Any) -> str:
    return str(item.get("path") or item.get("include")) if isinstance(item, dict) else str(item)


@dataclass
class SetupCfgEditor:
    """Changes lists in a project's setup.cfg, which need not exist yet; `edit` gives the outcome."""

    project: ProjectFiles
    _updater: ConfigUpdater = field(init=False, default_factory=ConfigUpdater)
    _changes: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._updater.optionxform = str  # type: ignore[assignment,method-assign]
        self._updater.read_string(text_of(self.project, "setup.cfg"))

    def add(self, section: str, option: str, items: Sequence[str]) -> None:
        """Append to a list what it does not hold yet, making section and option where they are missing."""
        if not self._updater.has_section(section):
            if sections := self._updater.sections():
                self._updater[sections[-1]].add_after.space(1)
            self._updater.add_section(section)
        known = self._list(section, option)
        if missing := [item for item in items if item not in known]:
            self._updater[section].set(option)
            self._updater[section][option].set_values([*known, *missing])
            self._changes.append(f"[{section}] {option} gains {', '.join(missing)}")

    def replace(self, section: str, option: str, items: Sequence[str]) -> None:
        """Make a list hold exactly `items`, taking the option away where none are left."""
        known = self._list(section, option)
        if known == list(items):
            return
        if items:
            self._updater[section][option].set_values(list(items))
        else:
            self._updater.remove_option(section, option)
        told = {"loses": set(known) - set(items), "gains": set(items) - set(known)}
        words = [f"{verb} {', '.join(sorted(changed))}" for verb, changed in told.items() if changed]
        self._changes.append(f"[{section}] {option} {' and '.join(words)}")

    def edit(self) -> list[Edit]:
        """Give the edit; nothing where nothing was changed."""
        return [Edit("setup.cfg", str(self._updater), "; ".join(self._changes))] if self._changes else []

    def _list(self, section: str, option: str) -> list[str]:
        if not self._updater.has_option(section, option):
            return []
        return split_list(self._updater[section][option].value or "")
