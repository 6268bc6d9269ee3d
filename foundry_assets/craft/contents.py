"""Whether a package's code and data reached its sdist and wheel, counted from the tree, not by the backend.

Add here what counts as lost, and how bad each loss is.
Not here: where the packages lie (import_roots), what the author leaves out on purpose (exclusions).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from foundry_assets.content import Listing, Member
from foundry_assets.craft.exclusions import NOTHING_KNOWN, Exclusions, Where
from foundry_assets.craft.import_roots import ImportRoot

Severity = Literal["ERROR", "WARN"]

_NATIVE = (".so", ".pyd", ".dylib", ".dll")
_COMPILED_AWAY = re.compile(
    r".*\.(?:c|cc|cpp|cxx|cu|m|mm|h|hh|hpp|hxx|inl|pyx|pxd|pxi|rs|f|f77|f90|f95|for|s|asm|o|a|lib|in|src|templ|tmpl)",
    re.IGNORECASE,
)
"""Sources from which an extension or a generated file is made; a wheel does not need them."""
_BUILD_FILE = re.compile(
    r"setup\.(?:py|cfg)|pyproject\.toml|meson\.build|meson_options\.txt|CMakeLists\.txt|Makefile.*|Cargo\.(?:toml|lock)"
    r"|MANIFEST\.in|SConscript|BUILD(?:\.bazel)?|(?:tox|mypy|pytest)\.ini|.*(?:\.pyc|\.pyo|~|\.orig|\.rej)"
)
_TEST_FOLDERS = frozenset({"test", "tests"})
_TEST_MODULE = re.compile(r"(test_.*|.*_test|tests?|conftest)\.pyi?")
_OF_THE_TESTS = "it belongs to the tests"
_INSTALLED_FROM = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")
_BESIDE = re.compile(r"[^/]+\.(?:dist-info|data|egg-info)/")
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@dataclass(frozen=True, order=True)
class Lost:
    """A file (or a whole folder) of the tree that an archive lacks or holds changed; `ERROR` blocks."""

    path: str
    where: Where
    why: str
    severity: Severity = "ERROR"


@dataclass(frozen=True)
class _Expected:
    """One file of a package: itself, its place in the archive, and the root that it belongs to."""

    member: Member
    target: str
    root: ImportRoot


def lost_from_sdist(
    tree: Listing,
    sdist: Listing,
    roots: Sequence[ImportRoot],
    carried: Collection[str] = (),
    *,
    exclusions: Exclusions = NOTHING_KNOWN,
) -> tuple[Lost, ...]:
    """Tell what of the packages in `tree` is not in the sdist, whose paths are those below its top folder.

    `carried` are the typing files that must arrive (PEP 561). Losses are sorted by path.
    """
    expected = [_Expected(one.member, one.member.path, one.root) for one in _expected(tree, roots)]
    return _Count("sdist", expected, sdist, exclusions).losses(carried)


def lost_from_wheel(
    tree: Listing,
    wheel: Listing,
    roots: Sequence[ImportRoot],
    carried: Collection[str] = (),
    *,
    exclusions: Exclusions = NOTHING_KNOWN,
) -> tuple[Lost, ...]:
    """Tell what of the packages in `tree` a wheel would not install.

    `carried` are the typing files that must arrive, as paths in the tree. Losses are sorted by path. A wheel
    in which nothing can be imported although the tree has packages is one loss by itself.
    """
    return _Count("wheel", list(_expected(tree, roots)), _as_installed(wheel), exclusions).losses(carried)


def _as_installed(wheel: Listing) -> Listing:
    """Put `purelib` and `platlib` of the data folder where an installer puts them (PEP 427)."""
    return Listing.of(Member(_INSTALLED_FROM.sub("", m.path, 1), m.sha256, m.bytes) for m in wheel.members)


def _expected(tree: Listing, roots: Sequence[ImportRoot]) -> Iterator[_Expected]:
    deepest_first = sorted(roots, key=lambda root: (-len(root.path), root))
    for member in tree.members:
        for root in deepest_first:
            if (target := _target(member.path, root)) and not _is_noise(member.path, root):
                yield _Expected(member, target, root)
                break


def _target(path: str, root: ImportRoot) -> str:
    """Give the place in a wheel of a file that belongs to a root, else an empty text."""
    name = root.name.replace(".", "/")
    if root.kind == "module":
        stem = root.path.rpartition(".")[0]
        return path.replace(stem, name, 1) if path in {root.path, f"{stem}.pyi"} else ""
    folder = "" if root.path == "." else f"{root.path}/"
    return f"{name}/{path.removeprefix(folder)}" if path.startswith(folder) else ""


def _is_noise(path: str, root: ImportRoot) -> bool:
    parts = PurePosixPath(path).parts
    if root.path == "." and (len(parts) > 1 and parts[0] in {"docs", "doc", "build", "dist", *_TEST_FOLDERS}):
        return True
    if any(part == "__pycache__" or part.startswith(".") or part.endswith(".egg-info") for part in parts):
        return True
    return _BUILD_FILE.fullmatch(parts[-1]) is not None


class _Count:
    """One archive held against what the tree promises."""

    def __init__(
        self, where: Where, expected: list[_Expected], archive: Listing, exclusions: Exclusions
    ) -> None:
        self._where = where
        self._expected = expected
        self._held = {member.path: member for member in archive.members}
        self._exclusions = exclusions
        accounted = {one.target for one in expected}
        # A file may have been put elsewhere on purpose; what nobody expected in its place tells.
        spare = (member for member in archive.members if member.path not in accounted)
        self._spare = Counter((PurePosixPath(member.path).name, member.sha256) for member in spare)
        self._extensions = {
            path[: path.index(".", path.rfind("/") + 1)] for path in self._held if path.endswith(_NATIVE)
        }

    def losses(self, carried: Collection[str]) -> tuple[Lost, ...]:
        found = [*self._missing(carried), *self._changed(), *self._carried(carried), *self._nothing_at_all()]
        return tuple(sorted(self._gathered(found)))

    def _missing(self, carried: Collection[str]) -> Iterator[Lost]:
        for one in self._expected:
            path = one.member.path
            if one.target in self._held or path in carried or self._is_elsewhere(one):
                continue
            if self._exclusions.leave_out(path, one.target, self._where):
                continue
            if judged := self._judge(one):
                severity, why = judged
                yield Lost(path, self._where, why, severity if one.root.certain else "WARN")

    def _is_elsewhere(self, one: _Expected) -> bool:
        key = (PurePosixPath(one.target).name, one.member.sha256)
        if one.member.bytes == 0 or not self._spare[key]:
            return False
        self._spare[key] -= 1
        return True

    def _judge(self, one: _Expected) -> tuple[Severity, str] | None:
        """Say how bad it is that a file is missing, or None where it was never meant to be there."""
        path = one.member.path
        if is_for_tests(path, one.root):
            return "WARN", _OF_THE_TESTS
        if is_code(one.target) or path.endswith(_NATIVE):
            return self._judge_code(one)
        if _COMPILED_AWAY.fullmatch(path):
            return self._judge_source(path)
        return self._judge_data(one)

    def _judge_code(self, one: _Expected) -> tuple[Severity, str] | None:
        if one.target.removesuffix(".py") in self._extensions:
            return None
        if self._exclusions.handle(one.member.path):
            return "WARN", "the build description names it without installing it"
        return "ERROR", f"it is code of `{one.root.name}`"

    def _judge_source(self, path: str) -> tuple[Severity, str] | None:
        if self._where == "sdist":
            return "WARN", "extension modules are made from such files"
        if path.endswith(".pyx") and not self._extensions:
            return "WARN", "the wheel holds no extension module made from it"
        return None

    def _judge_data(self, one: _Expected) -> tuple[Severity, str]:
        if self._exclusions.promise(one.member.path, one.target):
            return "ERROR", "the project's settings name this data file"
        if self._exclusions.ships_data:
            return "ERROR", "the build backend ships every file of a package, and nothing excludes this one"
        return "WARN", "a file beside the code, which nothing in the settings names"

    def _changed(self) -> Iterator[Lost]:
        for one in self._expected:
            held = self._held.get(one.target)
            if held is None or held.sha256 == one.member.sha256:
                continue
            if held.sha256 == _EMPTY and one.target.endswith(".py"):
                yield Lost(one.member.path, self._where, "it is empty there", "ERROR")
            else:
                yield Lost(one.member.path, self._where, "it was rewritten by the build backend", "WARN")

    def _carried(self, carried: Collection[str]) -> Iterator[Lost]:
        targets = {one.member.path: one.target for one in self._expected}
        for path in carried:
            target = targets.get(path, path if self._where == "sdist" else path.removeprefix("src/"))
            if target not in self._held:
                yield Lost(path, self._where, "type checkers need it (PEP 561)", "ERROR")

    def _nothing_at_all(self) -> Iterator[Lost]:
        code = [one for one in self._expected if one.target.endswith((".py", ".pyx"))]
        if code and not any(_is_importable(path) for path in self._held):
            yield Lost(code[0].root.path, self._where, "nothing that can be imported is in it", "ERROR")

    def _gathered(self, found: list[Lost]) -> Iterator[Lost]:
        """Tell a tests folder that is missing as a whole in one line instead of one for each file."""
        folders: Counter[str] = Counter()
        for loss in found:
            folder = _tests_folder(loss.path) if loss.why == _OF_THE_TESTS else ""
            if folder:
                folders[folder] += 1
            else:
                yield loss
        for folder, count in folders.items():
            yield Lost(folder, self._where, f"the tests in it are missing ({count} files)", "WARN")


def is_code(target: str) -> bool:
    """Tell whether a path is a module that people can import by its place (`a/b.py`, not `a/b-c.py`)."""
    stem, dot, suffix = target.rpartition(".")
    return bool(dot) and suffix == "py" and all(part.isidentifier() for part in stem.split("/"))


def is_for_tests(path: str, root: ImportRoot) -> bool:
    """Tell whether a file below a root is a test, or lies in a tests folder."""
    inside = PurePosixPath(path.removeprefix(f"{root.path}/"))
    return bool(_TEST_FOLDERS.intersection(inside.parts[:-1]) or _TEST_MODULE.fullmatch(inside.name))


def _tests_folder(path: str) -> str:
    above = (parent for parent in reversed(PurePosixPath(path).parents) if parent.name in _TEST_FOLDERS)
    return str(next(above, ""))


def _is_importable(path: str) -> bool:
    return path.endswith((".py", ".pyi", *_NATIVE)) and not _BESIDE.match(path)
