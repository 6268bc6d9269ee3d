"""A staged copy that declares another version: a unique `.devN`, for a real upload to a test index.

Add here another place in which a version is declared.
Not here: uploading it (launching/real_upload), and reading versions (staging).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomlkit
from configupdater import ConfigUpdater
from packaging.version import Version

from foundry_assets.errors import CallIsWrong


def dev_version(version: str, *, moment: datetime | None = None) -> str:
    """Give a version below `version` that no index has yet: `1.0` becomes `1.0.dev20261201060000`.

    A test index keeps a file name for ever, so each upload needs a name of its own (local parts are refused).
    """
    told = Version(version)
    epoch = f"{told.epoch}!" if told.epoch else ""
    numbers = ".".join(map(str, told.release))
    before = "".join(map(str, told.pre)) if told.pre else ""
    after = f".post{told.post}" if told.post is not None else ""
    now = moment or datetime.now(UTC)
    return f"{epoch}{numbers}{before}{after}.dev{now:%Y%m%d%H%M%S}"


def declare_version(tree: Path, version: str) -> None:
    """Change the version that the copy in `tree` declares, where one key of one file says it.

    A version that the backend finds out itself is made a literal one. Raises `CallIsWrong` where no such key
    is known.
    """
    project = tree / "pyproject.toml"
    if project.is_file():
        document = tomlkit.parse(project.read_text(encoding="utf-8"))
        if _changed(document, version):
            project.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")
            return
    config = tree / "setup.cfg"
    if config.is_file():
        updater = ConfigUpdater().read(str(config), encoding="utf-8")
        if updater.has_option("metadata", "version"):
            updater["metadata"]["version"].value = version
            config.write_text(str(updater), encoding="utf-8", newline="\n")
            return
    raise CallIsWrong(
        "its version stands in no file that could say another one",
        remedy="declare [project] version in pyproject.toml, or upload a development version by hand",
    )


def _changed(document: dict[str, Any], version: str) -> bool:
    stated = document.get("project")
    if stated is not None:
        stated["version"] = version
        if "version" in stated.get("dynamic", ()):
            stated["dynamic"] = [name for name in stated["dynamic"] if name != "version"]
        return True
    poetry = document.get("tool", {}).get("poetry")
    if poetry is not None and "version" in poetry:
        poetry["version"] = version
        return True
    return False
