"""What a wheel must hold besides its code: one `.dist-info`, and in it METADATA, WHEEL and entry points.

Add here a rule about what `.dist-info` says.
Not here: RECORD (record), core metadata (fields), the zip itself (zip_framing, members).
"""

from __future__ import annotations

import configparser
import re
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from importlib.metadata import EntryPoint
from pathlib import Path

from check_wheel_contents.checker import WheelChecker
from check_wheel_contents.checks import Check
from check_wheel_contents.contents import WheelContents
from check_wheel_contents.errors import WheelValidationError
from packaging.tags import parse_tag
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from foundry_assets.craft.preflight.file_names import FileName
from foundry_assets.craft.preflight.members import some_of
from foundry_assets.craft.preflight.rules import Finding, finding

_ENDING = ".dist-info"
_NEEDED = ("METADATA", "WHEEL", "RECORD")
_SCRIPT_GROUPS = ("console_scripts", "gui_scripts")
_SCRIPT_NAME = re.compile(r"[\w.-]+")
_TELLING = frozenset({Check.W001, Check.W005, Check.W006})
"""Of check-wheel-contents, what is hardly ever meant: byte code, a top-level `tests` and its like, a
top-level `__init__.py`. Its other checks speak of a fifth of all good wheels."""


def find_info(file: FileName, archive: zipfile.ZipFile) -> str | Finding:
    """Give the one `.dist-info` folder with everything needed in it, or say what is amiss."""
    names = archive.namelist()
    found = sorted({name.partition("/")[0] for name in names if name.partition("/")[0].endswith(_ENDING)})
    where, remedy = f"{file.text}: {_ENDING}", "build again with a current backend"
    if len(found) != 1:
        what = f"there must be one {_ENDING} folder, and there are {len(found)}: {some_of(found) or 'none'}"
        return finding("dist-info", where, what, remedy)
    if not _is_of(file, found[0]):
        what = f"{found[0]} is of another project or version than the file name"
        return finding("dist-info", where, what, "build again, and do not rename the file")
    if missing := [name for name in _NEEDED if f"{found[0]}/{name}" not in names]:
        return finding("dist-info", where, f"{found[0]} lacks {some_of(missing)}", remedy)
    return found[0]


def _is_of(file: FileName, info: str) -> bool:
    name, _, version = info.removesuffix(_ENDING).rpartition("-")
    try:
        return canonicalize_name(name) == file.name and Version(version) == file.version
    except InvalidVersion:
        return False


def info_findings(file: FileName, archive: zipfile.ZipFile, info: str) -> Iterator[Finding]:
    """Hold the folder's name, WHEEL and the entry points against the rules for them."""
    if info != f"{file.stem}{_ENDING}":
        what = f"it is named {info}, and the file name wants {file.stem}{_ENDING}"
        yield finding("dist-info-name", f"{file.text}: {_ENDING}", what, "build again with a current backend")
    yield from _wheel_findings(file, archive.read(f"{info}/WHEEL"))
    if f"{info}/entry_points.txt" in archive.namelist():
        yield from _entry_point_findings(file.text, archive.read(f"{info}/entry_points.txt"))


def _wheel_findings(file: FileName, content: bytes) -> Iterator[Finding]:
    where = f"{file.text}: WHEEL"
    told: Message = BytesParser().parsebytes(content)
    form = told.get("Wheel-Version", "")
    if not re.fullmatch(r"1\.[0-9]+", form):
        what = f"Wheel-Version must be 1.0, and it is {form or 'not given'}"
        yield finding("wheel-file", where, what, "build with a backend that follows PEP 427")
        return
    remedy = "let the build backend write WHEEL; to change tags afterwards, use `wheel tags`"
    root = told.get("Root-Is-Purelib", "")
    if root.lower() not in ("true", "false"):
        what = f"Root-Is-Purelib must be true or false, and it is {root or 'not given'}"
        yield finding("wheel-tags", where, what, remedy)
    tags = {tag for text in told.get_all("Tag", []) for tag in _tags_of(text)}
    if tags != file.tags:
        shown = some_of([str(tag) for tag in tags]) or "none"
        yield finding("wheel-tags", where, f"it tells other tags than the file name: {shown}", remedy)


def _tags_of(text: str) -> frozenset[object]:
    try:
        return parse_tag(text)
    except ValueError:
        return frozenset({text})


def _entry_point_findings(file: str, content: bytes) -> Iterator[Finding]:
    where, remedy = f"{file}: entry_points.txt", "mend the entry points in the project's metadata"
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(content.decode("utf-8"))
    except (configparser.Error, UnicodeDecodeError) as error:
        told = " ".join(str(error).split())
        yield finding("entry-points", where, f"it cannot be read: {told}", remedy)
        return
    for group in _SCRIPT_GROUPS:
        for name, value in parser.items(group) if parser.has_section(group) else ():
            if not _SCRIPT_NAME.fullmatch(name):
                yield finding("script-names", where, f"`{name}` is no name for a script", "rename the script")
            if EntryPoint.pattern.match(value) is None or ":" not in value:
                what = f"`{name} = {value}` names no function"
                yield finding("entry-points", where, what, "write it as package.module:function")


def license_findings(file: FileName, told: list[str], names: set[str], folder: str) -> Iterator[Finding]:
    """Find what a License-File field names and `folder` of the archive does not hold (PEP 639)."""
    if missing := [path for path in told if f"{folder}/{path}" not in names]:
        what = f"not in {folder}: {some_of(missing)}"
        remedy = "build with a backend that follows PEP 639 (setuptools 77, hatchling 1.27 or later)"
        yield finding("license-files", f"{file.text}: License-File", what, remedy)


def tidiness_findings(file: FileName, path: Path) -> Iterator[Finding]:
    """Tell what check-wheel-contents finds of the kind that is hardly ever meant.

    It is asked about wheels without another fault, and for advice only: one that it cannot read has none.
    """
    try:
        contents = WheelContents.from_wheel(str(path))
    except (WheelValidationError, ValueError):
        return
    checker = WheelChecker(selected=set(_TELLING), toplevel=[file.escaped])
    for failed in checker.check_contents(contents):
        what = f"{failed.check.value}: {some_of(failed.args)}"
        remedy = "narrow the build backend's includes, unless it is meant"
        yield finding("tidy-wheel", f"{file.text}: members", what, remedy)
