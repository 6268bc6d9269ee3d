"""Every rule finds the file that breaks it, finds nothing else in that file, and says what to do.

Add here a broken file for a new rule.
Not here: values that are judged without a file (test_values), and how much an index minds (test_profile).
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from foundry_assets.craft.preflight import RULES, IndexProfile, preflight
from foundry_tests.craft.preflight.breakages import (
    Make,
    bomb,
    commented,
    cut_sdist,
    doubled,
    field,
    holding,
    linked,
    named,
    not_an_archive,
    of_sdist,
    of_wheel,
    other_text,
    preceded,
    recorded,
    recording,
    signed,
    squeezed,
    tagged,
    tar_as_wheel,
    trailing,
    two_sdists,
    two_versions,
    versioned,
)
from foundry_tests.craft.preflight.distributions import (
    BODY,
    EMPTY,
    HEAD,
    INFO,
    METADATA,
    WHEEL,
    WHEEL_FILE,
    row,
    sdist,
    wheel,
    zip_sdist,
)

STRICT = IndexProfile("pypi", is_strict=True)

BROKEN: list[tuple[str, Make, str, str]] = [
    ("archive", not_an_archive, "cannot be read as the archive", "build it again"),
    ("archive", tar_as_wheel, "cannot be read as the archive", "build it again"),
    ("archive", cut_sdist, "cannot be read as the archive", "build it again"),
    ("compression", bomb, "more than 50 times", "repetitive data"),
    ("zip-framing", trailing, "after the directory", "current backend"),
    ("zip-framing", preceded, "belong to no member before", "current backend"),
    ("zip-framing", squeezed, "neither deflate nor none", "current backend"),
    ("zip-framing", commented, "comments on members", "current backend"),
    ("member-paths", holding("../evil.py", ""), "../evil.py", "below the archive's root"),
    ("member-paths", holding("/evil.py", ""), "/evil.py", "below the archive's root"),
    ("member-paths", holding("C:/evil.py", ""), "C:/evil.py", "below the archive's root"),
    ("member-paths", of_sdist(files={"../evil": ""}), "../evil", "below the archive's root"),
    ("member-kinds", of_sdist(entries={"demo_pkg-1.0/pipe": (tarfile.FIFOTYPE, "")}),
     "demo_pkg-1.0/pipe", "take them out"),
    ("member-kinds", linked("../../etc"), "demo_pkg-1.0/out", "take them out"),
    ("member-kinds", linked("/etc"), "demo_pkg-1.0/out", "take them out"),
    ("duplicate-members", doubled, "demo_pkg/__init__.py", "once"),
    ("case-twins", holding("demo_pkg/__INIT__.py", ""), "__INIT__.py", "rename"),
    ("file-name", named("demo_pkg.whl"), "wrong number of parts", "build backend name the file"),
    ("file-name", named("demo_pkg-one-py3-none-any.whl"), "invalid version", "build backend name the file"),
    ("file-name", of_sdist(name="demo_pkg-1.0.tar.bz2"), "extension", "name the file"),
    ("name-agrees", other_text("demo-pkg", "other"), "says other", "build again"),
    ("version-agrees", other_text("n: 1.0", "n: 1.1"), "its metadata 1.1", "build again"),
    ("sdist-name", of_sdist(name="demo-pkg-1.0.tar.gz", top="demo-pkg-1.0"),
     "exactly demo_pkg-1.0.tar.gz", "current backend"),
    ("sdist-name", zip_sdist, "exactly demo_pkg-1.0.tar.gz", "current backend"),
    ("wheel-name", named("Demo.Pkg-1.0-py3-none-any.whl", info="Demo.Pkg-1.0.dist-info"),
     "begin with demo_pkg-", "current backend"),
    ("wheel-version", versioned("1.0", "1.00"), "normalised as 1.0", "in the source"),
    ("platform-tag", tagged("cp311-cp311-linux_x86_64"), "linux_x86_64", "auditwheel"),
    ("platform-tag", tagged("cp311-cp311-macosx_13_3_arm64"), "macosx_13_3_arm64", "DEPLOYMENT_TARGET"),
    ("platform-tag", tagged("cp311-cp311-manylinux_2_17_x86_64.plan9_x86"), "plan9_x86", "ABI specification"),
    ("one-release", two_versions, "demo-pkg 1.1, and", "each version by itself"),
    ("local-version", versioned("1.0+ours", "1.0+ours"), "1.0+ours", "release 1.0"),
    ("standard-library", of_wheel(name="typing-1.0-py3-none-any.whl", info="typing-1.0.dist-info",
        metadata=METADATA.replace("demo-pkg", "typing")), "standard library", "another name"),
    ("metadata-version", other_text("2.4", "2.6"), "up to 2.5, and this is 2.6", "pin the build backend"),
    ("metadata", other_text("2.4", "9.9"), "9.9", "current build"),
    ("metadata", field("Wrong-Field: x"), "cannot be read", "take it out"),
    ("metadata", field("Requires-Dist: not a requirement !"), "not a requirement !", "PEP 508"),
    ("metadata", field("Requires-Python: about 3"), "about 3", "specifiers"),
    ("metadata", of_sdist(metadata=METADATA.replace("Name: demo-pkg\n", "")), "required", "PEP 508"),
    ("metadata-fields", field("Dynamic: Name"), "'name' is not allowed", "mend dynamic"),
    ("metadata-fields", other_text("markdown", "nonsense"), "text/nonsense", "text/markdown"),
    ("license-expression", field("License-Expression: of my own"), "of my own", "SPDX"),
    ("license-once", field("License: MIT\nLicense-Expression: MIT"), "beside License-Expression", "alone"),
    ("license-files", field("License-File: LICENSE"), f"not in {INFO}/licenses: LICENSE", "PEP 639"),
    ("license-files", of_sdist(metadata=f"{HEAD}License-File: LICENSE\n{BODY}"),
     "not in demo_pkg-1.0: LICENSE", "PEP 639"),
    ("classifiers", field("Classifier: Wish :: Thinking"), "not on the list", "by the list"),
    ("classifiers", field("Classifier: Natural Language :: Ukranian"), "deprecated", "Ukrainian"),
    ("classifiers", field("Classifier: Private :: Do Not Upload"), "as it is meant to", "public"),
    ("summary", other_text("A demo", "x" * 513), "513", "one line"),
    ("description", of_wheel(metadata=f"{HEAD}Description-Content-Type: text/x-rst\n\nA\n==\n\n`x\n"),
     "line 4", "README"),
    ("urls", field(f"Project-URL: {'x' * 33}, https://a.example"), "33 characters", "shorten"),
    ("urls", field("Project-URL: Source, git@a.example:x.git"), "git@a.example", "https://"),
    ("urls", field("Home-page: a.example"), "a.example", "https://"),
    ("email", field("Author-email: Ann <ann at home>"), "not an e-mail", "write to"),
    ("email", field("Maintainer-email: ann@localhost"), "not an e-mail", "write to"),
    ("direct-url", field("Requires-Dist: other @ https://a.example/other.whl"),
     "other is given", "an index serves"),
    ("dist-info", holding("other-1.0.dist-info/METADATA", ""), "there are 2", "current backend"),
    ("dist-info", named("demo_pkg-1.0-py3-none-any.whl", info="other-1.0.dist-info"),
     "another project", "rename"),
    ("dist-info", holding(f"{INFO}/WHEEL", None), "lacks WHEEL", "current backend"),
    ("dist-info", holding(f"{INFO}/METADATA", None), "lacks METADATA", "current backend"),
    ("dist-info", holding(f"{INFO}/RECORD", None), "lacks RECORD", "current backend"),
    ("dist-info-name", named(WHEEL, info="Demo.Pkg-1.0.dist-info"), f"wants {INFO}", "current backend"),
    ("wheel-file", holding(f"{INFO}/WHEEL", "Tag: py3-none-any\n"), "not given", "PEP 427"),
    ("wheel-tags", tagged("py3-none-any", told="py2-none-any"), "other tags", "`wheel tags`"),
    ("wheel-tags", holding(f"{INFO}/WHEEL", WHEEL_FILE.replace("true", "maybe")), "maybe", "write WHEEL"),
    ("one-sdist", two_sdists, "one sdist a release", "drop the other"),
    ("record", recording(""), "does not list", "RECORD last"),
    ("record", recording("demo_pkg\n"), "instead of path, hash and size", "RECORD last"),
    ("record", of_wheel(record=row("gone.py", "")), "not in the wheel: gone.py", "RECORD last"),
    ("record-hashes", recorded("md5=1B2M2Y8AsgTpgAmY7PhCfg"), "a hash by md5", "RECORD last"),
    ("record-hashes", recorded(""), "has no hash", "RECORD last"),
    ("record-hashes", recorded("sha256=AAAA"), "is not the file", "RECORD last"),
    ("record-hashes", recorded(f"sha256={EMPTY}", "1"), "another size", "RECORD last"),
    ("entry-points", holding(f"{INFO}/entry_points.txt", "no group = x:y\n"), "cannot be read", "mend"),
    ("entry-points", holding(f"{INFO}/entry_points.txt",
     "[console_scripts]\ndemo = demo_pkg\n"), "names no function", "package.module:function"),
    ("script-names", holding(f"{INFO}/entry_points.txt",
     "[console_scripts]\nmy/demo = demo_pkg:main\n"), "my/demo", "rename"),
    ("sdist-layout", of_sdist(files={"README": ""}), "one folder", "PEP 517"),
    ("sdist-layout", of_sdist(metadata=None), "no PKG-INFO", "PEP 517"),
    ("sdist-folder", of_sdist(top="demo-1.0"), "should be demo_pkg-1.0", "PEP 517"),
    ("tidy-wheel", holding("demo_pkg/__init__.pyc", "x"), "__init__.pyc", "narrow"),
    ("tidy-wheel", holding("tests/__init__.py", ""), "tests", "narrow"),
]  # fmt: skip

SETS_APART = {"file-size"}
"""Rules about the index rather than the file; test_profile breaks them."""


@pytest.mark.parametrize(
    ("rule", "make", "what", "remedy"),
    [pytest.param(*case, id=f"{case[0]}-{number}") for number, case in enumerate(BROKEN)],
)
def test_a_broken_file_gets_exactly_its_fault(
    tmp_path: Path, rule: str, make: Make, what: str, remedy: str
) -> None:
    """The one thing that is wrong is found, with the file's name, what it is and what to do about it."""
    made = make(tmp_path)
    files = made if isinstance(made, list) else [made]
    found = preflight(files, profile=STRICT)
    assert {one.rule.name for one in found} == {rule}, found
    fault = found[0].fault
    assert fault.where.startswith(files[-1].name + ": ")
    assert what in " ".join(one.fault.what for one in found)
    assert remedy in fault.remedy
    assert str(tmp_path) not in str(fault)


def test_every_rule_is_broken_somewhere() -> None:
    """No rule is on the list without a file that breaks it."""
    assert {case[0] for case in BROKEN} | SETS_APART == set(RULES)


GOOD: dict[str, Make] = {
    "a wheel and its sdist": lambda folder: [wheel(folder), sdist(folder)],
    "a build number": named("demo_pkg-1.0-1-py3-none-any.whl"),
    "two Pythons": of_wheel(
        name="demo_pkg-1.0-py2.py3-none-any.whl",
        files={f"{INFO}/WHEEL": f"{WHEEL_FILE}Tag: py2-none-any\n"},
    ),
    "a signature beside RECORD": signed,
    "every platform of one build": tagged(
        "cp311-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_2_x86_64"
    ),
    "macOS before and after 11": tagged("cp311-cp311-macosx_10_9_x86_64.macosx_11_0_arm64"),
    "Windows": tagged("cp311-cp311-win_amd64"),
    "a generic ABI": tagged("py3-none-win32"),
    "a telephone": tagged("cp313-cp313-ios_13_0_arm64_iphoneos"),
    "a licence": of_wheel(
        metadata=f"{HEAD}License-Expression: MIT\nLicense-File: LICENSE\n{BODY}",
        files={f"{INFO}/licenses/LICENSE": "MIT"},
    ),
    "a licence file before its time": of_wheel(
        metadata=METADATA.replace("2.4", "2.1").replace("Summary", "License-File: LICENSE\nSummary")
    ),
    "fields that say nothing": field("Home-page: UNKNOWN\nLicense: UNKNOWN"),
    "an address with a port and a path": field("Project-URL: Docs, https://a.example:8080/x?y=z#w"),
    "two authors": field("Author-email: Ann <ann@a.example.org>, Bob <bob@b.example.org>"),
    "a script": holding(f"{INFO}/entry_points.txt", "[console_scripts]\nde-mo.x = demo_pkg:main [extra]\n"),
    "any other group": holding(f"{INFO}/entry_points.txt", "[a.group]\nsome thing = demo_pkg\n%x = y:z\n"),
    "a link inside": of_sdist(entries={"demo_pkg-1.0/docs/R": (tarfile.SYMTYPE, "../pyproject.toml")}),
    "a hard link": of_sdist(entries={"demo_pkg-1.0/hard": (tarfile.LNKTYPE, "demo_pkg-1.0/pyproject.toml")}),
    "an app called tests": of_wheel(
        name="tests-1.0-py3-none-any.whl",
        info="tests-1.0.dist-info",
        metadata=METADATA.replace("demo-pkg", "tests"),
        files={"tests/__init__.py": ""},
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_file_that_indexes_take_has_no_fault(tmp_path: Path, case: str) -> None:
    """What is unusual and accepted is not told as a fault."""
    made = GOOD[case](tmp_path)
    assert preflight(made if isinstance(made, list) else [made], profile=STRICT) == ()


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """One look tells everything that is wrong with both files, so that one correction can mend it all."""
    metadata = f"{HEAD}Classifier: Wish :: Thinking\nRequires-Dist: x @ https://a.example/x.zip\n{BODY}"
    files = [
        wheel(tmp_path, metadata=metadata),
        sdist(tmp_path, metadata=metadata, name="demo-pkg-1.0.tar.gz"),
    ]
    found = preflight(files, profile=STRICT)
    told = {(one.rule.name, one.fault.where.partition(":")[0]) for one in found}
    both = {(rule, file.name) for rule in ("classifiers", "direct-url") for file in files}
    assert told == both | {("sdist-name", "demo-pkg-1.0.tar.gz"), ("sdist-folder", "demo-pkg-1.0.tar.gz")}
    severities = [STRICT.severity(one.rule) for one in found]
    assert severities == sorted(severities)
