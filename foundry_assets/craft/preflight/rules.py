"""The rules that files are held against: each with what must hold, who says so, and how much it weighs.

Add here a row for every rule that can be judged offline; a finding names its row.
Not here: finding breaches (the modules beside this one), and what each index makes of them (profile).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from foundry_assets.errors import Fault

Weight = Literal["broken", "refused", "told"]
"""`broken`: installers or twine cannot work with the file, so it is an error wherever it goes.
`refused`: the public indexes refuse it and others may not. `told`: nobody refuses it, people should know."""


@dataclass(frozen=True)
class Rule:
    """One sentence that should be true of a file, and its source (a PEP or the index's own rule)."""

    name: str
    weight: Weight
    holds: str
    source: str


@dataclass(frozen=True)
class Finding:
    """A breach of a rule: where (file and field), what, and its remedy."""

    rule: Rule
    fault: Fault


_SPEC = "binary distribution format"
_UPLOADS = "PyPI, upload handler"
_METADATA = "PyPI, metadata rules"
_ROWS: tuple[tuple[str, Weight, str, str], ...] = (
    ("archive", "broken", "the file is the archive that its name promises", _UPLOADS),
    ("file-size", "refused", "the file is within the index's limit", "PyPI, storage limits: 100 MiB a file"),
    ("compression", "refused", "it does not unpack to more than fifty times its size", _UPLOADS),
    ("zip-framing", "refused", "the zip reads the same from either end", "PyPI, archives (PR 18492, 18846)"),
    ("member-paths", "broken", "no member leads out of the folder it is unpacked in", f"{_SPEC}; PEP 706"),
    ("member-kinds", "broken", "every member is a file, a folder or a link inside", "PEP 706"),
    ("duplicate-members", "broken", "no member comes twice", "PyPI, archives (PR 18492)"),
    ("case-twins", "told", "no two members differ only by upper and lower case", "Windows and macOS"),
    ("file-name", "broken", "the file name is one of an sdist or wheel", "PEP 427, PEP 625"),
    ("name-agrees", "broken", "file name and metadata name the same project", _UPLOADS),
    ("version-agrees", "broken", "file name and metadata give the same version", _UPLOADS),
    ("sdist-name", "refused", "an sdist is named {name}-{version}.tar.gz, normalised", "PEP 625"),
    ("wheel-name", "refused", "a wheel's file name begins with the normalised name", "PEP 427, PEP 503"),
    ("wheel-version", "told", "the version in a wheel's file name is normalised", _SPEC),
    ("platform-tag", "refused", "the index takes every platform tag", "PEP 425, 600, 656, 730, 738, 783"),
    ("one-release", "broken", "all files are of one project and version", _UPLOADS),
    ("one-sdist", "refused", "a release has one sdist", _UPLOADS),
    ("local-version", "refused", "the version has no local part", "PEP 440; PyPI, metadata rules"),
    ("standard-library", "told", "the name is not one of a standard library module", "PyPI, new projects"),
    ("metadata-version", "refused", "the index knows this metadata version", _METADATA),
    ("metadata", "broken", "the fields that installers need are valid", "core metadata; packaging.metadata"),
    ("metadata-fields", "refused", "all other fields are valid", "core metadata; packaging.metadata"),
    ("license-expression", "refused", "the licence is a valid SPDX expression", "PEP 639"),
    ("license-once", "refused", "License does not stand beside License-Expression", "PEP 639"),
    ("license-files", "refused", "every License-File is in the archive", "PEP 639"),
    ("classifiers", "refused", "every classifier is known and current", "trove-classifiers"),
    ("summary", "refused", "the summary has at most 512 characters", _METADATA),
    ("description", "refused", "the description renders", "readme-renderer, as `twine check`"),
    ("urls", "refused", "every address is http(s), every label has at most 32 characters", _METADATA),
    ("email", "refused", "the first address of each e-mail field is valid", f"{_METADATA}; email-validator"),
    ("direct-url", "refused", "no dependency is given by its address", "PEP 440; PyPI, metadata rules"),
    ("dist-info", "broken", "a wheel has one .dist-info with METADATA, WHEEL and RECORD", "PEP 427"),
    ("dist-info-name", "refused", "the .dist-info is named as the file name begins", _UPLOADS),
    ("wheel-file", "broken", "WHEEL can be read and is of format 1", "PEP 427"),
    ("wheel-tags", "told", "WHEEL tells the tags of the file name, and its root", _SPEC),
    ("record", "broken", "RECORD lists every member, and nothing else, once", "PEP 376, PEP 427"),
    ("record-hashes", "broken", "RECORD gives the right sha256 (or better) and size of each", "PEP 427"),
    ("entry-points", "broken", "entry_points.txt can be read", "entry points specification"),
    ("script-names", "refused", "script names are letters, digits, `_`, `.` and `-`", _UPLOADS),
    ("sdist-layout", "broken", "an sdist holds one folder, and PKG-INFO in it", "PEP 517, PEP 643"),
    ("sdist-folder", "told", "that folder is named as the file is", "source distribution format"),
    ("tidy-wheel", "told", "a wheel installs nothing that is surely not meant", "check-wheel-contents"),
)  # fmt: skip
RULES: dict[str, Rule] = {name: Rule(name, weight, holds, source) for name, weight, holds, source in _ROWS}
"""Every rule by its name."""


def finding(rule: str, where: str, what: str, remedy: str) -> Finding:
    """Make a finding against a rule by its name; `where` is `file: field`."""
    return Finding(RULES[rule], Fault(where, what, remedy))
