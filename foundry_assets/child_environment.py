"""The environment of the upload process: clean, plus what its one credential source needs, and no more.

Add here the variables of another source, or of another way through the network.
Not here: the clean environment itself (surroundings), and reading the credential (credentials).
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Mapping
from pathlib import Path

import foundry_assets
from foundry_assets.credential_source import SourceName
from foundry_assets.surroundings import clean_environment

_NETWORK = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "TWINE_CERT",
)  # fmt: skip
_OF_SOURCE: dict[SourceName, tuple[str, ...]] = {
    "none": (),
    "TWINE_USERNAME/TWINE_PASSWORD": ("TWINE_USERNAME", "TWINE_PASSWORD"),
    "TWINE_API_TOKEN": ("TWINE_API_TOKEN",),
    ".pypirc": (),
    "keyring": (
        "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "USER", "USERNAME", "LOGNAME", "XDG_*", "DISPLAY",
        "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_*",
    ),
    "trusted publishing": (
        "GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_*", "GITLAB_CI", "*_ID_TOKEN", "GOOGLE_*",
    ),
    "environment variable": (),
}  # fmt: skip


def child_environment(
    source: SourceName, environ: Mapping[str, str], *, home: Path, variable: str = ""
) -> dict[str, str]:
    """Give the environment for a process that reads the credential of `source` and nothing else.

    `home` is a scratch folder; only the keyring needs the real one. `variable` is the one that somebody named
    as the source. The foundry itself is importable, installed or not.
    """
    environment = clean_environment(home)
    wanted = _NETWORK + _OF_SOURCE[source]
    for name, value in environ.items():
        if any(fnmatch.fnmatchcase(name.upper(), pattern) for pattern in wanted):
            environment[name] = value
    if variable and variable in environ:
        environment[variable] = environ[variable]
    environment["PYTHONPATH"] = str(Path(foundry_assets.__file__).parent.parent)
    environment["PYTHONSAFEPATH"] = "1"
    if source != "keyring":
        environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    # Python's own choice of a temporary folder must not depend on the scratch home.
    environment.setdefault("TMPDIR", os.environ.get("TMPDIR", str(home)))
    return environment
