"""The secret goes to the index, and nowhere else: no argument, event, answer, error or other process.

Add here another place where a secret could show itself.
Not here: where it comes from (test_credentials).
"""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest
import requests
import twine.auth
import twine.exceptions

from foundry_assets.child_environment import child_environment
from foundry_assets.content import hash_file
from foundry_assets.craft.uploading import Answer, UploadProcess
from foundry_assets.craft.uploading.one_post import scrub
from foundry_assets.craft.uploading.worker import Order, Worker
from foundry_assets.credential_source import CredentialSource, Secret, SourceName
from foundry_assets.credentials import find_credentials
from foundry_tests.craft.uploading.miniature import write_wheel
from foundry_tests.faulty_index import FaultyIndex, faulty_index

PLAIN = "canary-7f3e9a51"
BASIC = base64.b64encode(f"alice:{PLAIN}".encode()).decode()


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """Serve an index whose refusal repeats the credential in every form."""
    with faulty_index() as state:
        state.answers(403, f"no {PLAIN}", f"<p>{PLAIN}</p> Basic {BASIC} alice:{PLAIN} {repr(PLAIN)[1:-1]}")
        yield state


ENVIRON = {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": PLAIN, "OTHER_TOKEN": "canary-other"}


def process_for(faulty: FaultyIndex, tmp_path: Path, environ: Mapping[str, str]) -> UploadProcess:
    """Give an upload process whose credential is in `environ`, or else in a .pypirc."""
    pypirc = tmp_path / ".pypirc"
    found = find_credentials(faulty.index, environ, pypirc=pypirc)
    return UploadProcess(
        index=faulty.index,
        credential=found,
        pypirc=pypirc,
        environ=environ,
        connect_seconds=1,
        read_seconds=1,
    )


def send(process: UploadProcess, path: Path) -> Answer:
    """Send a file once."""
    return process.send(path, sha256=hash_file(path)[0], deadline_seconds=20)


def sent_credentials(faulty: FaultyIndex) -> set[str]:
    """Give what the index was shown."""
    return {headers.get("Authorization", "") for headers in faulty.headers_seen}


def test_index_gets_it_and_its_answer_is_scrubbed(faulty: FaultyIndex, tmp_path: Path) -> None:
    """The credential arrives; an index that repeats it does not get it into our records."""
    with process_for(faulty, tmp_path, ENVIRON) as process:
        answer = send(process, write_wheel(tmp_path))
    assert sent_credentials(faulty) == {f"Basic {BASIC}"}
    assert answer.status == 403
    told = json.dumps(asdict(answer)) + repr(answer)
    assert PLAIN not in told
    assert BASIC not in told
    assert "[secret]" in answer.text


def test_pypirc_credential_arrives(faulty: FaultyIndex, tmp_path: Path) -> None:
    """The upload process reads the file itself, from a scratch home."""
    pypirc = tmp_path / ".pypirc"
    pypirc.write_text(
        f"[distutils]\nindex-servers = faulty\n[faulty]\nrepository = {faulty.index.upload_url}\n"
        f"username = alice\npassword = {PLAIN}\n"
    )
    pypirc.chmod(0o600)
    with process_for(faulty, tmp_path, {}) as process:
        send(process, write_wheel(tmp_path))
    assert sent_credentials(faulty) == {f"Basic {BASIC}"}


def test_no_argument_shows_it(faulty: FaultyIndex, tmp_path: Path) -> None:
    """While a file is on its way, no argument of any child and no other's environment holds the secret."""
    faulty.upload = "never answers, lost"
    path = write_wheel(tmp_path)
    seen: list[tuple[list[str], dict[str, str]]] = []

    def look() -> None:
        ends_at = time.monotonic() + 20
        while not faulty.total_posts and time.monotonic() < ends_at:
            time.sleep(0.01)
        children = psutil.Process().children(recursive=True)
        seen.extend(
            (child.cmdline(), child.environ())
            for child in children
            if "foundry_assets.craft.uploading" in child.cmdline()
        )

    looker = threading.Thread(target=look)
    looker.start()
    with process_for(faulty, tmp_path, ENVIRON) as process:
        send(process, path)
        looker.join()
    ((argv, environ),) = seen
    assert PLAIN not in str(argv)
    assert environ["TWINE_PASSWORD"] == PLAIN
    assert "OTHER_TOKEN" not in environ
    assert Path(environ["HOME"]) != Path.home()


def test_nothing_but_events_comes_out(faulty: FaultyIndex, tmp_path: Path) -> None:
    """Standard output holds JSON lines and standard error nothing, though twine prints."""
    path = write_wheel(tmp_path)
    order = Order(
        path=str(path),
        sha256=hash_file(path)[0],
        index_name="faulty",
        upload_url=faulty.index.upload_url,
        credential=CredentialSource("TWINE_USERNAME/TWINE_PASSWORD", "alice"),
        pypirc=str(tmp_path / ".pypirc"),
        connect_seconds=1,
        read_seconds=1,
    )
    finished = subprocess.run(
        [sys.executable, "-m", "foundry_assets.craft.uploading"],
        env=child_environment("TWINE_USERNAME/TWINE_PASSWORD", ENVIRON, home=tmp_path),
        input=json.dumps(asdict(order)) + "\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    events = [json.loads(line) for line in finished.stdout.splitlines()]
    kinds = [event["event"] for event in events]
    assert (kinds[0], kinds[-1], kinds.count("answer")) == ("sending", "answer", 1)
    assert events[-1]["status"] == 403
    assert PLAIN not in finished.stdout + finished.stderr
    assert BASIC not in finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("source", "carried"),
    [
        ("none", set()),
        (".pypirc", set()),
        ("TWINE_API_TOKEN", {"TWINE_API_TOKEN"}),
        ("TWINE_USERNAME/TWINE_PASSWORD", {"TWINE_PASSWORD"}),
        ("trusted publishing", {"ACTIONS_ID_TOKEN_REQUEST_TOKEN"}),
        ("keyring", {"DBUS_SESSION_BUS_ADDRESS"}),
        ("environment variable", {"GITHUB_TOKEN"}),
    ],
)
def test_child_gets_its_own_source_only(tmp_path: Path, source: SourceName, carried: set[str]) -> None:
    """The upload process is given what its declared source needs, and no other credential."""
    secrets = {
        "TWINE_API_TOKEN", "TWINE_PASSWORD", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "DBUS_SESSION_BUS_ADDRESS",
        "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "UV_PUBLISH_TOKEN",
    }  # fmt: skip
    named = "GITHUB_TOKEN" if source == "environment variable" else ""
    environment = child_environment(source, dict.fromkeys(secrets, PLAIN), home=tmp_path, variable=named)
    assert {name for name in secrets if name in environment} == carried
    assert environment["PYTHONSAFEPATH"] == "1"


@pytest.mark.parametrize("value", [PLAIN, "canary%2F äöü:'\"", "a/b+c=d e", "quote'\"back\\slash"])
def test_scrubbing_knows_every_form(value: str) -> None:
    """Plain, quoted for an address or for Python, in a Basic header, in an address: all are taken out."""
    secret = Secret("alice", value)
    pair = base64.b64encode(f"alice:{value}".encode()).decode()
    request = requests.Request("GET", "https://i.example/", params={"p": value}).prepare()
    text = f"{value} {value!r} {pair} {request.url} https://alice:{PLAIN}@proxy.example/"
    scrubbed = scrub(text, secret)
    for form in (value, repr(value)[1:-1], pair, f"{PLAIN}@"):
        assert form not in scrubbed


def test_tokens_are_scrubbed_though_they_are_not_ours() -> None:
    """Whatever has a token's shape is taken out, such as one that was made at the upload."""
    assert scrub("Bearer pypi-AgEIcHlwaS5vcmcCJDEyMzQ1Njc4", None) == "Bearer [secret]"


def order_with_trust(faulty: FaultyIndex, path: Path) -> Order:
    """Give an order whose credential is made by trusted publishing."""
    credential = CredentialSource("trusted publishing", "__token__")
    sha256 = hash_file(path)[0]
    return Order(str(path), sha256, "faulty", faulty.index.upload_url, credential, "none", 1, 1)


def carry_out(order: Order) -> dict[str, object]:
    """Carry out one order in this process and give its last event."""
    out = io.StringIO()
    Worker(out, os.environ).carry_out(order)
    event: dict[str, object] = json.loads(out.getvalue().splitlines()[-1])
    return event


def test_trusted_token_is_made_at_the_upload(
    faulty: FaultyIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform's identity is exchanged by twine, and the token goes out as the password."""
    faulty.upload = "ok"
    monkeypatch.setattr(twine.auth.Resolver, "make_trusted_publishing_token", lambda _: PLAIN)
    assert carry_out(order_with_trust(faulty, write_wheel(tmp_path)))["status"] == 200
    expected = base64.b64encode(f"__token__:{PLAIN}".encode()).decode()
    assert sent_credentials(faulty) == {f"Basic {expected}"}


@pytest.mark.parametrize(
    "problem",
    [
        twine.exceptions.TrustedPublishingFailure("* `invalid-publisher`: valid token, but no publisher"),
        requests.ConnectionError("nobody there"),
    ],
)
def test_refused_trust_sends_nothing(
    faulty: FaultyIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """Where no token can be had nothing is sent, and the index's own reason is told."""

    def fails(self: twine.auth.Resolver) -> str:
        raise problem

    monkeypatch.setattr(twine.auth.Resolver, "make_trusted_publishing_token", fails)
    event = carry_out(order_with_trust(faulty, write_wheel(tmp_path)))
    assert (event["error"], event["began_sending"], faulty.total_posts) == ("credential", False, 0)
    assert str(problem) in str(event["text"])


def test_credential_that_is_gone_sends_nothing(faulty: FaultyIndex, tmp_path: Path) -> None:
    """A credential that was there before the build and is not now is told before anything goes out."""
    found = find_credentials(faulty.index, ENVIRON, pypirc=tmp_path / ".pypirc")
    with UploadProcess(
        index=faulty.index, credential=found, pypirc=tmp_path / ".pypirc", environ={}
    ) as process:
        answer = send(process, write_wheel(tmp_path))
    assert (answer.error, answer.began_sending, faulty.total_posts) == ("credential", False, 0)
