"""A build backend in the tree: an sdist is the tree, a wheel is the one package folder with its metadata.

What it does wrong, it does by order: `[tool.quick]` with `fail`, `lose`, `says_version`,
`content_type`, `noise` or `writes`, what it finds around it: `folder`, `second` or `umask`;
and `requires` gives it requirements.
"""

import base64
import hashlib
import io
import os
import tarfile
import time
import tomllib
import zipfile
from pathlib import Path


def build_sdist(sdist_directory, config_settings=None):
    project, wrong = _read()
    if "fail" in wrong:
        raise SystemExit(wrong["fail"])
    with tarfile.open(os.path.join(sdist_directory, f"{_stem(project)}.tar.gz"), "w:gz") as archive:
        for path, data in [*_files("."), ("PKG-INFO", _metadata(project, wrong))]:
            entry = tarfile.TarInfo(f"{_stem(project)}/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return f"{_stem(project)}.tar.gz"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    project, wrong = _read()
    info = f"{_stem(project)}.dist-info"
    files = {path: data for path, data in _files(_import_name(project)) if path not in wrong.get("lose", [])}
    if "noise" in wrong:
        files[f"{_import_name(project)}/noise.txt"] = os.urandom(8)
    if "writes" in wrong:
        files[f"{_import_name(project)}/around.txt"] = _around(wrong["writes"])
    files[f"{info}/METADATA"] = _metadata(project, wrong)
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: quick\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    name = f"{_stem(project)}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return name


def _read():
    told = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))
    return told["project"], told.get("tool", {}).get("quick", {})


def _around(what):
    time.sleep(2)
    Path("made").touch()
    found = {"folder": os.getcwd(), "second": int(time.time()), "umask": os.stat("made").st_mode}
    return str(found[what]).encode()


def _import_name(project):
    return project["name"].replace("-", "_")


def _stem(project):
    return f"{_import_name(project)}-{project['version']}"


def _metadata(project, wrong):
    heads = {
        "Metadata-Version": "2.1",
        "Name": project["name"],
        "Version": wrong.get("says_version", project["version"]),
        "Summary": project["description"],
        "Description-Content-Type": wrong.get("content_type", "text/markdown"),
    }
    lines = [f"{name}: {value}" for name, value in heads.items()]
    lines += [f"Requires-Dist: {text}" for text in wrong.get("requires", [])]
    return "\n".join([*lines, "", Path("README.md").read_text("utf-8")]).encode()


def _files(folder):
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.as_posix(), path.read_bytes()


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
