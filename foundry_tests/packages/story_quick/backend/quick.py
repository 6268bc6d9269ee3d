"""A build backend of sixty lines: an sdist is the tree, a wheel is the one package folder with its metadata."""

import base64
import hashlib
import io
import os
import tarfile
import tomllib
import zipfile
from pathlib import Path


def _project():
    return tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]


def _stem(project):
    return project["name"].replace("-", "_") + "-" + project["version"]


def _metadata(project):
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
    return "\n".join([*lines, f"Summary: {project.get('description', '')}", ""])


def _files(*folders):
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.as_posix(), path.read_bytes()


def build_sdist(sdist_directory, config_settings=None):
    project = _project()
    name = _stem(project) + ".tar.gz"
    with tarfile.open(os.path.join(sdist_directory, name), "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for path, data in [*_files("."), ("PKG-INFO", _metadata(project).encode())]:
            entry = tarfile.TarInfo(f"{_stem(project)}/{path}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    project = _project()
    name = _stem(project) + "-py3-none-any.whl"
    info = _stem(project) + ".dist-info"
    files = dict(_files(project["name"].replace("-", "_")))
    files[f"{info}/METADATA"] = _metadata(project).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: quick\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = [f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items()]
    files[f"{info}/RECORD"] = "".join([*record, f"{info}/RECORD,,\n"]).encode()
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return name


def _digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
