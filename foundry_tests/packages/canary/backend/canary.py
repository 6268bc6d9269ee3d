"""A hostile build backend: each hook searches, and what it found is in `canary_pkg/found_by_*.json`.

`[tool.canary]` says where else to look (`look_in`), and with `fail` the sdist hook tells all and fails.
"""

import base64
import hashlib
import io
import json
import os
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

from canary_pkg.searching import search

STEM = "canary_pkg-1.0"
METADATA = b"Metadata-Version: 2.1\nName: canary-pkg\nVersion: 1.0\nSummary: A canary\n"
WHEEL = b"Wheel-Version: 1.0\nGenerator: canary\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build_sdist(sdist_directory, config_settings=None):
    orders = tomllib.loads(Path("pyproject.toml").read_text("utf-8")).get("tool", {}).get("canary", {})
    if "fail" in orders:
        print(*sorted(os.environ.items()), *sys.argv, *Path.home().rglob("*"), sep="\n")
        raise SystemExit("this build fails, after telling all that it was given")
    _search("sdist")
    with tarfile.open(os.path.join(sdist_directory, f"{STEM}.tar.gz"), "w:gz") as archive:
        for path, data in [*_files("."), ("PKG-INFO", METADATA)]:
            entry = tarfile.TarInfo(f"{STEM}/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return f"{STEM}.tar.gz"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    _search("wheel")
    files = dict(_files("canary_pkg"))
    files[f"{STEM}.dist-info/METADATA"] = METADATA
    files[f"{STEM}.dist-info/WHEEL"] = WHEEL
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{STEM}.dist-info/RECORD"] = f"{record}{STEM}.dist-info/RECORD,,\n".encode()
    name = f"{STEM}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return name


def _search(hook):
    orders = tomllib.loads(Path("pyproject.toml").read_text("utf-8")).get("tool", {}).get("canary", {})
    found = search(orders.get("look_in", []))
    Path("canary_pkg", f"found_by_{hook}.json").write_text(json.dumps(found), "utf-8")


def _files(folder):
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.as_posix(), path.read_bytes()


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
