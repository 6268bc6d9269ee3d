"""The servers behind `foundry ui`: one code server, and over it Dagster's webserver and daemon.

Add here a server, its command line and its environment.
Not here: when they start and end (serving), and that none outlives its starter (bound).
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import foundry_assets
from foundry_assets.home import CATALOG_VARIABLE, HOME_VARIABLE, Home, find_catalog

LOOPBACK = "127.0.0.1"
LOCATION = "foundry"
"""The code location's name; the one of `workspace.yaml`, so that both ways share schedules and history."""
_MODULE = "foundry_assets.definitions"
_CODE = Path(foundry_assets.__file__).parent.parent
_SECRETS = ("TWINE_", "KEYRING_", "ACTIONS_ID_TOKEN_")


@dataclass(frozen=True)
class Door:
    """Where the code server listens: a socket that only its user can open, or a port without them."""

    address: str | int

    @classmethod
    def in_folder(cls, folder: Path) -> Door:
        """Choose a free door; `folder` holds the socket, so its path must be short."""
        if sys.platform != "win32":
            return cls(str(folder / "code.sock"))
        with socket.create_server((LOOPBACK, 0)) as found:
            return cls(int(found.getsockname()[1]))

    @property
    def is_socket(self) -> bool:
        """Whether the address is a path."""
        return isinstance(self.address, str)

    def opens(self) -> bool:
        """Tell whether somebody listens there."""
        try:
            if isinstance(self.address, int):
                socket.create_connection((LOOPBACK, self.address), timeout=1).close()
            elif sys.platform != "win32":
                with socket.socket(socket.AF_UNIX) as line:
                    line.connect(self.address)
        except OSError:
            return False
        return True


def code_server(door: Door) -> list[str]:
    """Give the command of what loads the definitions for webserver and daemon, and starts every run.

    Left to themselves, those two would load them one each, and the daemon anew every minute. This one also
    loads them anew when a person presses Reload, while the runs at work go on under the old ones.
    """
    where = ["--socket", str(door.address)] if door.is_socket else ["-h", LOOPBACK, "-p", str(door.address)]
    what = ["-m", _MODULE, "--location-name", LOCATION, "-d", str(_CODE), "--log-level", "warning"]
    return ["dagster", "code-server", "start", *where, *what]


def webserver(workspace: Path, *, port: int, read_only: bool) -> list[str]:
    """Give the command of the pages and of GraphQL."""
    quiet = ["--dagster-log-level", "warning"]
    command = ["dagster_webserver", "-h", LOOPBACK, "-p", str(port), "-w", str(workspace), *quiet]
    return [*command, "--read-only"] if read_only else command


def daemon(workspace: Path) -> list[str]:
    """Give the command of what starts queued runs, schedules and sensors."""
    return ["dagster._daemon", "run", "-w", str(workspace), "--log-level", "warning"]


def write_workspace(folder: Path, door: Door) -> Path:
    """Write what webserver and daemon load (JSON is YAML, and quotes any path)."""
    where = {"socket": door.address} if door.is_socket else {"port": door.address}
    location = {"grpc_server": {"host": LOOPBACK, **where, "location_name": LOCATION}}
    file = folder / "workspace.yaml"
    file.write_text(json.dumps({"load_from": [location]}, indent=2) + "\n", encoding="utf-8")
    return file


def environment_of(home: Home, *, with_credentials: bool) -> dict[str, str]:
    """Give a server's environment: this home and catalog, and the foundry importable, installed or not.

    Only the code server starts uploads, so only it needs what may hold a credential.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if with_credentials or not name.upper().startswith(_SECRETS)
    }
    environment |= {"DAGSTER_HOME": str(home.dagster), HOME_VARIABLE: str(home.root)}
    if catalog := find_catalog():
        environment[CATALOG_VARIABLE] = str(catalog)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_CODE), os.environ.get("PYTHONPATH")]))
    environment["PYTHONSAFEPATH"] = "1"
    return environment
