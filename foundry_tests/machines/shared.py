"""What all machines share, as real servers on loopback: PostgreSQL, Redis, an S3 endpoint.

Add here another server that a deployment shares.
Not here: the machines that use them (hosts), and the index (faulty_index).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from foundry_assets.subprocesses import running
from foundry_tests.ui.serving import free_port, is_posix, wait_until

DATABASE_PASSWORD = "db=hx7Q+93kd&canary%41Lz8Vw2"
QUEUE_PASSWORD = "queue-9fK2canaryQm41xWv"
STORE_KEY, STORE_SECRET = "AKIAFOUNDRYCANARY41Q", "s3/Rt5+canary9Pq7Zx1Lm3Vb8Nc"
BUCKET = "foundry"
_MODULES = ("dagster_celery", "dagster_postgres", "flask", "moto", "redis", "s3fs")
_MOTO = """
import logging, sys
logging.disable(logging.WARNING)
from moto.server import DomainDispatcherApplication, create_backend_app
import waitress
application = DomainDispatcherApplication(create_backend_app)
waitress.serve(application, host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
"""
"""moto's own S3 in a server that keeps connections, which its development server does not."""
_POSTGRES_ROOT = Path("/usr/lib/postgresql")


def lacking() -> str:
    """Give what these servers need and this machine has not, "" where all is there."""
    absent = [name for name in _MODULES if find_spec(name) is None]
    told = [f'pip install -e ".[machines]" ({", ".join(absent)})'] if absent else []
    if not is_posix():
        told.append("a system with PostgreSQL's and Redis' Debian packages")
    else:
        told += [f"apt install {name}" for name, found in _packages() if not found]
    return "; ".join(told)


def _packages() -> Iterator[tuple[str, bool]]:
    yield "postgresql", _postgres_folder() is not None
    yield "redis-server", shutil.which("redis-server") is not None


def _postgres_folder() -> Path | None:
    found = sorted(_POSTGRES_ROOT.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Shared:
    """The servers' folders, for whoever looks for a secret in them, and what a machine must know of them."""

    folders: tuple[Path, ...]
    environment: dict[str, str]


@contextlib.contextmanager
def shared_servers(root: Path) -> Iterator[Shared]:
    """Run all three while the context lasts; their data is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as database,
        postgres(Path(database)) as of_database,
        redis(root / "redis") as of_queue,
        object_store(root / "s3") as of_store,
    ):
        environment = of_database | of_queue | of_store
        yield Shared((Path(database), root / "redis", root / "s3"), environment)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[dict[str, str]]:
    """Run PostgreSQL over a folder with a short path; over TCP it wants the password.

    By MD5, not by SCRAM, which is slow on purpose: Dagster connects anew for each event. It refuses to run as
    root, so then it runs as the account that its package made.
    """
    programs = _postgres_folder()
    assert programs is not None
    is_root = os.geteuid() == 0
    account: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": ()} if is_root else {}
    if account:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()
    words = ["--username=postgres", "--auth-local=trust", "--auth-host=md5", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "-D", data, *words],
        cwd=folder, check=True, stdout=subprocess.DEVNULL, **account,
    )  # fmt: skip
    words = ["-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-F"]
    words += ["-c", "password_encryption=md5"]
    with (folder / "server.log").open("wb") as log:
        server: subprocess.Popen[bytes] = subprocess.Popen(
            [str(programs / "postgres"), *words], cwd=folder, stdout=log, stderr=log, **account
        )
        try:
            wait_until(lambda: _opens(folder, port), "PostgreSQL answers", [server])
            _make_database(folder, port)
            yield {
                "PGHOST": "127.0.0.1",
                "PGPORT": str(port),
                "PGDATABASE": "foundry",
                "PGUSER": "foundry",
                "PGPASSWORD": DATABASE_PASSWORD,
            }
        finally:
            server.terminate()
            server.wait(60)


def _opens(folder: Path, port: int) -> bool:
    import psycopg2

    try:
        psycopg2.connect(host=str(folder), port=port, user="postgres", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _make_database(folder: Path, port: int) -> None:
    import psycopg2

    connection = psycopg2.connect(host=str(folder), port=port, user="postgres", dbname="postgres")
    with contextlib.closing(connection):
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("create role foundry login password %s", (DATABASE_PASSWORD,))
            cursor.execute("create database foundry owner foundry")


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[dict[str, str]]:
    """Run Redis behind a password, each message written down in its folder."""
    folder.mkdir(parents=True)
    port = free_port()
    settings = f"bind 127.0.0.1\nport {port}\ndir {folder}\nappendonly yes\nrequirepass {QUEUE_PASSWORD}\n"
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [str(shutil.which("redis-server")), "-"], stdin=subprocess.PIPE, stdout=log, stderr=log
        )
        try:
            assert server.stdin is not None
            with server.stdin as told:
                told.write(settings.encode())
            wait_until(lambda: _listens(port), "Redis answers", [server])
            address = f"redis://:{QUEUE_PASSWORD}@127.0.0.1:{port}"
            yield {"CELERY_BROKER_URL": f"{address}/0", "CELERY_RESULT_BACKEND": f"{address}/1"}
        finally:
            server.terminate()
            server.wait(60)


@contextlib.contextmanager
def object_store(folder: Path) -> Iterator[dict[str, str]]:
    """Run an S3 endpoint with one empty bucket."""
    folder.mkdir(parents=True)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", _MOTO, str(port)]
    told = {
        "AWS_ENDPOINT_URL": address,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": STORE_KEY,
        "AWS_SECRET_ACCESS_KEY": STORE_SECRET,
    }
    with running(command, cwd=folder, env=dict(os.environ)) as server:
        wait_until(lambda: _listens(port), "the S3 endpoint answers", [server])
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()  # one that was opened by an environment stays at its address
        bucket(told).mkdir(BUCKET)
        yield told


def bucket(told: Mapping[str, str]) -> Any:
    """Give the S3 endpoint as a file system of fsspec's."""
    import s3fs

    return s3fs.S3FileSystem(
        key=told["AWS_ACCESS_KEY_ID"],
        secret=told["AWS_SECRET_ACCESS_KEY"],
        endpoint_url=told["AWS_ENDPOINT_URL"],
        use_listings_cache=False,
    )


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
