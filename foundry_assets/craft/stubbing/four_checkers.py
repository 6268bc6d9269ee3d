"""The four checkers: how each is started so that no code of the package runs, and how its findings read.

Add here a checker.
Not here: what holds for all of them (checkers), and which of them does what (wish).
"""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from foundry_assets.craft.stubbing.checkers import Checker, Finding
from foundry_assets.craft.stubbing.views import ConsumerView

_PYRIGHT_TEXT = re.compile(r'^Type of ".*" is "(?P<type>.*)"$', re.DOTALL)
_MYPY_TEXT = re.compile(r'Revealed type is "(?P<type>.*)"')
_TY_TEXT = re.compile(r"^(?:revealed-type: )?Revealed type: `(?P<type>.*)`$", re.DOTALL)
_PYREFLY_TEXT = re.compile(r"^revealed type: (?P<type>.*)$", re.DOTALL)
_PYRIGHT_PLATFORMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
_PYRIGHT_RULES = """
    reportAttributeAccessIssue reportPrivateImportUsage reportMissingImports reportCallIssue
    reportArgumentType reportUndefinedVariable reportInvalidTypeForm reportIndexIssue reportAssignmentType
"""
_PYTHON_VERSION = ".".join(map(str, sys.version_info[:2]))


class Basedpyright(Checker):
    """basedpyright, with its own search paths: it starts no interpreter when the environment is named."""

    name = "basedpyright"

    def findings(self, view: ConsumerView, files: Sequence[str]) -> Iterator[Finding]:
        """Run once; the settings are ours, whatever the package holds."""
        settings = view.consumer / "pyrightconfig.json"
        settings.write_text(json.dumps(_pyright_settings(view, files)), encoding="utf-8")
        told = json.loads(self.run(view, ["--outputjson", "-p", settings]))
        for item in told["generalDiagnostics"]:
            found = _PYRIGHT_TEXT.match(item["message"])
            if found or item["severity"] == "error":
                line = item["range"]["start"]["line"] + 1
                rule = item.get("rule", "syntax")
                yield Finding(view.place_of(item["file"]), line, rule, _type_in(found), item["message"])


def _pyright_settings(view: ConsumerView, files: Sequence[str]) -> dict[str, Any]:
    return {
        "include": [*files, *(str(view.site / path) for path in view.stubs)],
        "exclude": [],
        "venvPath": str(view.environment.parent),
        "venv": view.environment.name,
        "pythonVersion": _PYTHON_VERSION,
        "pythonPlatform": _PYRIGHT_PLATFORMS.get(sys.platform, "All"),
        "typeCheckingMode": "standard",
        "reportMissingModuleSource": "none",
        **dict.fromkeys(_PYRIGHT_RULES.split(), "error"),
    }


class Ty(Checker):
    """ty, the environment named so that it looks for none."""

    name = "ty"

    def findings(self, view: ConsumerView, files: Sequence[str]) -> Iterator[Finding]:
        """Run once over the files, with no configuration of anybody."""
        settings = view.consumer / "ty.toml"
        settings.write_text("", encoding="utf-8")
        words: list[str | Path] = ["check", "--config-file", settings, "--python", view.environment]
        words += ["--output-format", "gitlab", "--no-progress", "--python-version", _PYTHON_VERSION]
        for item in json.loads(self.run(view, [*words, *files])):
            found = _TY_TEXT.match(item["description"])
            if found or item["severity"] in {"major", "critical", "blocker"}:
                line = item["location"]["positions"]["begin"]["line"]
                file = view.place_of(item["location"]["path"])
                yield Finding(file, line, item["check_name"], _type_in(found), item["description"])


class Mypy(Checker):
    """mypy, with no configuration but ours and no plugin; it starts the consumer's own interpreter."""

    name = "mypy"

    def findings(self, view: ConsumerView, files: Sequence[str]) -> Iterator[Finding]:
        """Run once; the cache lies in the view, so that a second run reads little."""
        words: list[str | Path] = ["--config-file=", "--python-executable", view.python]
        words += ["--cache-dir", view.home / "mypy", "--output", "json", "--no-error-summary"]
        # Most tests have no annotations, and two in different folders may have the same name.
        words += ["--check-untyped-defs", "--explicit-package-bases"]
        for line in self.run(view, [*words, *files]).splitlines():
            item = json.loads(line) if line.startswith("{") else None
            if item is None:
                continue
            text = f"{item['message']} {item.get('hint') or ''}"
            found = _MYPY_TEXT.search(text)
            file = view.place_of(item["file"])
            if found:
                yield Finding(file, item["line"], "", found["type"])
            if item["severity"] == "error" or (found and not item["message"].startswith("Revealed")):
                yield Finding(file, item["line"], item.get("code") or "error", None, text)


class Pyrefly(Checker):
    """pyrefly, told not to look for an interpreter."""

    name = "pyrefly"

    def findings(self, view: ConsumerView, files: Sequence[str]) -> Iterator[Finding]:
        """Run once over the files, with no configuration of anybody."""
        settings = view.consumer / "pyrefly.toml"
        settings.write_text("", encoding="utf-8")
        words: list[str | Path] = ["check", "--config", settings, "--site-package-path", view.site]
        words += ["--skip-interpreter-query", "--python-version", platform.python_version()]
        words += ["--output-format", "json", *files]
        for item in json.loads(self.run(view, words))["errors"]:
            found = _PYREFLY_TEXT.match(item["description"])
            if found or item["severity"] == "error":
                file = view.place_of(item["path"])
                yield Finding(file, item["line"], item["name"], _type_in(found), item["description"])


def _type_in(found: re.Match[str] | None) -> str | None:
    return found["type"] if found else None
