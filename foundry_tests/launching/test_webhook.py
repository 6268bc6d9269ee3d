"""The webhook is called once, within its limits; whatever it does is told in words that hold no address.

Add here another way in which a receiver can fail.
Not here: when it is called (test_failed_releases).
"""

from __future__ import annotations

import logging
import socket

import pytest
from pydantic import SecretStr

from foundry_assets.launching import webhook
from foundry_assets.launching.webhook import call_webhook
from foundry_tests.launching.receiving import SECRET, receiver


def test_what_is_told_arrives_as_json(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One POST by the address itself, one by the variable that holds it; no log at any level shows it."""
    with caplog.at_level(logging.DEBUG), receiver() as server:
        assert call_webhook(SecretStr(server.address), {"text": "a"}) == ""
        monkeypatch.setenv("FOUNDRY_TEST_HOOK", server.address)
        assert call_webhook(SecretStr("$FOUNDRY_TEST_HOOK"), {"text": "b"}) == ""
    assert server.came == [(f"/hooks/{SECRET}", {"text": "a"}), (f"/hooks/{SECRET}", {"text": "b"})]
    assert SECRET not in caplog.text


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_any_other_answer_is_told_and_not_tried_again(status: int) -> None:
    """A redirect is not followed, an error is not repeated: one request each."""
    with receiver(status) as server:
        assert call_webhook(SecretStr(server.address), {}) == f"it answered {status}"
    assert len(server.came) == 1


def test_silence_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that takes the connection and says nothing costs the limit and no more."""
    monkeypatch.setattr(webhook, "_LIMIT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/{SECRET}"
        told = call_webhook(SecretStr(address), {})
    assert told.startswith(("it gave no answer", "it cannot be reached"))
    assert SECRET not in told


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/secret-path",
        "http://nowhere.invalid/secret-path",
        "$NOT_SET_AT_ALL",
        "ftp://secret-path/",
        "http://[secret-path",
    ],
)
def test_no_address_is_ever_repeated(address: str) -> None:
    """Out of reach, without a name, not set, not HTTP, not even an address: told without its words."""
    told = call_webhook(SecretStr(address), {})
    assert told
    assert "secret-path" not in told
    assert "NOT_SET" not in told
