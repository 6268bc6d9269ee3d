"""The environment variables that other programs are given: a short list, a scratch home, no credentials.

Add here a variable that builds or installers cannot do without.
Not here: starting programs (subprocesses), and what the upload process is given (child_environment).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_cache_path, user_config_path

_CARRIED_NAMES = """
    PATH PATHEXT SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC TMPDIR TEMP TMP NUMBER_OF_PROCESSORS
    PROCESSOR_ARCHITECTURE PROGRAMFILES PROGRAMFILES(X86) PROGRAMDATA LANG LANGUAGE LC_ALL LC_CTYPE
    SSL_CERT_FILE SSL_CERT_DIR CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS FC AR PKG_CONFIG_PATH
    MACOSX_DEPLOYMENT_TARGET SDKROOT VSINSTALLDIR VCINSTALLDIR INCLUDE LIB LIBPATH
"""
_CARRIED = frozenset(_CARRIED_NAMES.split())
_INSTALLER_PREFIXES = ("PIP_", "UV_")
_PUBLISHER_PREFIX = "UV_PUBLISH_"
"""uv's own upload: its credential is no installer's business."""
_INSTALLER_NAMES = frozenset(
    {
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NETRC",
        "XDG_CONFIG_DIRS",
    }
)


def clean_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give an environment without credentials, whose home folder is the scratch folder `home`.

    Only names on a short list are carried over (a list of what to drop would always lack one).
    """
    environment = {name: value for name, value in os.environ.items() if name.upper() in _CARRIED}
    scratch = str(home)
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        environment[name] = scratch
    environment["XDG_CONFIG_HOME"] = str(home / ".config")
    environment["XDG_CACHE_HOME"] = str(home / ".cache")
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    environment["PYTHONNOUSERSITE"] = "1"
    environment["PYTHONIOENCODING"] = "utf-8"
    environment["NO_COLOR"] = "1"
    environment |= _toolchain_homes()
    return environment | dict(extra or {})


def _toolchain_homes() -> dict[str, str]:
    """Keep compilers that live below the real home folder reachable from a scratch one."""
    real = Path.home()
    wanted = {"CARGO_HOME": real / ".cargo", "RUSTUP_HOME": real / ".rustup"}
    homes = {name: Path(os.environ.get(name, folder)) for name, folder in wanted.items()}
    return {name: str(folder) for name, folder in homes.items() if folder.is_dir()}


def is_given_to_programs(name: str) -> bool:
    """Tell whether builds or installers are given the variable of this name: it must hold no secret."""
    upper = name.upper()
    return upper in _CARRIED or _is_for_installers(upper)


def _is_for_installers(upper: str) -> bool:
    is_wanted = upper in _INSTALLER_NAMES or upper.startswith(_INSTALLER_PREFIXES)
    return is_wanted and not upper.startswith(_PUBLISHER_PREFIX)


def installer_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the environment of `uv` or `pip`: the clean one plus where requirements come from.

    Index settings may carry a reader's credentials, so they reach installers only, never a build hook.
    """
    environment = clean_environment(home)
    for name, value in os.environ.items():
        if _is_for_installers(name.upper()):
            environment[name] = value
    environment.setdefault("UV_CACHE_DIR", str(user_cache_path("uv", appauthor=False)))
    environment.setdefault("PIP_CACHE_DIR", str(user_cache_path("pip", appauthor=False)))
    user_config = user_config_path(appauthor=False)
    for name, path in (
        ("PIP_CONFIG_FILE", user_config / "pip" / "pip.conf"),
        ("UV_CONFIG_FILE", user_config / "uv" / "uv.toml"),
    ):
        if path.is_file():
            environment.setdefault(name, str(path))
    return environment | dict(extra or {})
