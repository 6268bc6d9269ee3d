"""How a release looks at a terminal: aligned step lines, and results that fit without breaking a file name.

Add here another thing that people are shown.
Not here: what it says (progress, records).
"""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from foundry_assets.cli.telling import Teller, closing_lines
from foundry_assets.progress import Event
from foundry_assets.records import CheckTold, FileTold, Outcome

LONG = "a_rather_long_package_name-1.2.3-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"


def _file(filename: str, size: int, verdict: str) -> FileTold:
    kind = "wheel" if filename.endswith(".whl") else "sdist"
    return FileTold(
        filename=filename, kind=kind, sha256="0123456789abcdef" * 4, bytes=size, verdict=verdict, url=""
    )


def _outcome(*files: FileTold, **told: object) -> Outcome:
    facts = {
        "release": "demo-pkg==1.0",
        "name": "demo-pkg",
        "version": "1.0",
        "index": "local",
        "status": "published",
        "files": files,
        "run_id": "r",
        "seconds": 3.21,
        "evidence": "e",
        "message": "m",
    }
    return Outcome.model_validate(facts | told)


SHORT_FILES = (
    _file("demo_pkg-1.0-py3-none-any.whl", 1233, "already_identical"),
    _file("demo_pkg-1.0.tar.gz", 20_004_567, ""),
)


@pytest.mark.parametrize("width", [80, 120])
def test_results_fit_the_terminal_in_columns(width: int) -> None:
    """A line a release and an indented line a file, its columns aligned, none wider than the terminal."""
    lines = [line.plain for line in closing_lines([_outcome(*SHORT_FILES)], width=width)]
    assert lines == [
        "demo-pkg==1.0  published at local (3.2 s)",
        "  demo_pkg-1.0-py3-none-any.whl       1,233  0123456789ab  already_identical",
        "  demo_pkg-1.0.tar.gz            20,004,567  0123456789ab  not sent",
    ]
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(("width", "lines_a_file"), [(80, 2), (120, 2), (130, 1)])
def test_a_long_file_name_is_never_broken(width: int, lines_a_file: int) -> None:
    """Where name and facts do not fit side by side, the facts go below; the name can still be copied."""
    files = (_file(LONG, 1_000, "created"), _file("a.tar.gz", 10, "created"))
    lines = [line.plain for line in closing_lines([_outcome(*files)], width=width)]
    assert len(lines) == 1 + 2 * lines_a_file
    assert lines[1].split()[0] == LONG


def _shown(width: int, *, as_json: bool = False) -> tuple[Teller, io.StringIO]:
    stream = io.StringIO()
    return Teller(as_json=as_json, console=Console(file=stream, width=width, highlight=False)), stream


@pytest.mark.parametrize("width", [80, 120])
def test_step_lines_are_aligned_and_cut_at_the_width(width: int) -> None:
    """A step is one line below its release: mark, name, seconds and decision, cut if need be."""
    teller, stream = _shown(width)
    with teller:
        for step, text in (("sdist", "short"), ("wheel_installs_and_imports", "[words] " * 30)):
            teller.event(Event("demo-pkg==1.0", step, "began"))
            teller.event(Event("demo-pkg==1.0", step, "said", text))
            teller.event(Event("demo-pkg==1.0", step, "ended", seconds=12.34))
        teller.event(Event("other==2.0", "sdist", "failed", "it broke\n  -> mend it", 0.5))
    lines = stream.getvalue().splitlines()
    assert lines[:2] == ["demo-pkg==1.0", "  ok  sdist                          12.3 s  short"]
    assert lines[2].startswith("  ok  wheel_installs_and_imports     12.3 s  [words] ")
    assert lines[2].endswith("…")
    assert lines[3:] == ["other==2.0", "  no  sdist                           0.5 s  it broke"]
    assert max(map(len, lines)) <= width


def test_a_bad_end_is_told_whole_and_a_warning_once() -> None:
    """The message keeps its lines, remedy included; two checks that say the same are one warning."""
    teller, stream = _shown(80)
    warned = [
        CheckTold(name=name, passed=False, severity="WARN", message="there is no description")
        for name in ("sdist_metadata_is_valid", "wheel_metadata_is_valid")
    ]
    remedy = '  -> foundry lift-hold demo-pkg==1.0 --index local --because "what was found out and changed"'
    with teller:
        teller.outcome(_outcome(status="held", message=f"it is held\n{remedy}", checks=tuple(warned)))
    text = stream.getvalue()
    assert f"demo-pkg==1.0: held\nit is held\n{remedy}\n" in text
    assert text.count("there is no description") == 1
    assert "(sdist_metadata_is_valid, wheel_metadata_is_valid)" in text


def test_json_goes_to_stdout_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """With `as_json`, stdout gets one object a line, and what people see goes elsewhere."""
    teller, stream = _shown(80, as_json=True)
    with teller:
        teller.outcome(_outcome(*SHORT_FILES))
        teller.close(None)
    told = capsys.readouterr()
    assert json.loads(told.out)["release"] == "demo-pkg==1.0"
    assert told.out.count("\n") == 1
    assert "published at local" in stream.getvalue()
