"""Real index servers in processes of their own: pypiserver behind a password, and devpi-server.

Add here another kind of server that people run as their index.
Not here: the index that fails on purpose (faulty_index), and what the foundry makes of any of them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

from foundry_assets.catalog import Index
from foundry_assets.subprocesses import run, running
from foundry_assets.surroundings import clean_environment, installer_environment

USERNAME, PASSWORD = "releaser", "right-and-long-enough"
_STARTING_SECONDS = 60.0
_PYPISERVER = """
import sys, warnings
warnings.simplefilter("ignore")
import pypiserver, waitress
folder, port, username, password = sys.argv[1:]
application = pypiserver.app(
    roots=[folder], disable_fallback=True, hash_algo="sha256", authenticate=["update"],
    auther=lambda *given: given == (username, password),
)
waitress.serve(application, host="127.0.0.1", port=int(port), _quiet=True)
"""


@contextlib.contextmanager
def pypiserver(folder: Path) -> Iterator[Index]:
    """Run pypiserver over `folder`; uploads want the password, reading does not."""
    (folder / "files").mkdir(parents=True)
    port = _free_port()
    command = [sys.executable, "-c", _PYPISERVER, str(folder / "files"), str(port), USERNAME, PASSWORD]
    with running(command, cwd=folder, env=clean_environment(folder)):
        address = f"http://127.0.0.1:{port}/"
        _wait_for(address)
        yield Index(name="company", upload_url=address, simple_url=address + "simple/")


def devpi_environment(folder: Path) -> Path:
    """Install devpi-server apart from everything else, and give its programs' folder.

    Raises `ProgramFailed` where it cannot be had.
    """
    environment = installer_environment(folder)
    uv = [sys.executable, "-m", "uv", "--quiet"]
    run([*uv, "venv", "--python", sys.executable, "devpi"], cwd=folder, env=environment, timeout_seconds=120)
    programs = folder / "devpi" / ("Scripts" if os.name == "nt" else "bin")
    run(
        [*uv, "pip", "install", "--python", programs / "python", "devpi-server"],
        cwd=folder,
        env=environment,
        timeout_seconds=600,
    )
    return programs


@contextlib.contextmanager
def devpi(folder: Path, programs: Path) -> Iterator[Index]:
    """Run devpi-server with one user and one index, whose files are never replaced (`volatile` off)."""
    folder.mkdir(parents=True)
    environment = clean_environment(folder)
    data = ["--serverdir", str(folder / "data")]
    run([programs / "devpi-init", "--no-root-pypi", *data], cwd=folder, env=environment, timeout_seconds=120)
    port = _free_port()
    command = [str(programs / "devpi-server"), *data, "--host", "127.0.0.1", "--port", str(port)]
    with running(command, cwd=folder, env=environment):
        address = f"http://127.0.0.1:{port}/{USERNAME}"
        _wait_for(f"http://127.0.0.1:{port}/+api")
        _ask("PUT", address, {"password": PASSWORD})
        login = {"user": USERNAME, "password": PASSWORD}
        told = _ask("POST", f"http://127.0.0.1:{port}/+login", login)["result"]
        _ask("PUT", f"{address}/releases", {"bases": [], "volatile": False}, (USERNAME, told["password"]))
        yield Index(
            name="company",
            upload_url=f"{address}/releases/",
            simple_url=f"{address}/releases/+simple/",
        )


def _ask(
    method: str, url: str, what: Mapping[str, object], auth: tuple[str, str] | None = None
) -> dict[str, dict[str, str]]:
    response = requests.request(method, url, json=what, auth=auth, timeout=30)
    response.raise_for_status()
    answer: dict[str, dict[str, str]] = response.json()
    return answer


def _wait_for(address: str) -> None:
    ends_at = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            requests.get(address, timeout=5).close()
            return
        except requests.ConnectionError:
            assert time.monotonic() < ends_at, "the server does not start"
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
