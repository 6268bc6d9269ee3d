"""The keyring is asked only when allowed, in a process of its own, and cannot hang.

Add here another way in which a keyring can behave.
Not here: the other sources of a credential (test_credentials).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from foundry_assets.catalog import Index
from foundry_assets.credential_source import CredentialSource
from foundry_assets.credentials import find_credentials
from foundry_assets.errors import CredentialsUnusable

COMPANY = Index(
    name="company", upload_url="https://i.example/legacy/", simple_url="https://i.example/simple/"
)
ALLOWED = COMPANY.model_copy(update={"keyring": True})
PASSWORD = "canary-password"
KEYRING = """
import time
import keyring.backend, keyring.credentials
class Miniature(keyring.backend.KeyringBackend):
    priority = 1
    def get_credential(self, service, username):
        {doing}
    def get_password(self, service, username): return None
    def set_password(self, service, username, password): pass
    def delete_password(self, service, username): pass
"""


def keyring_environ(tmp_path: Path, doing: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Make a keyring backend for the asking process."""
    import foundry_assets

    (tmp_path / "miniature_keyring.py").write_text(KEYRING.format(doing=doing))
    (tmp_path / "foundry_assets").symlink_to(Path(foundry_assets.__file__).parent)
    monkeypatch.setattr(foundry_assets, "__file__", str(tmp_path / "foundry_assets" / "__init__.py"))
    return {"PYTHON_KEYRING_BACKEND": "miniature_keyring.Miniature", "HOME": str(tmp_path)}


@pytest.mark.skipif(sys.platform == "win32", reason="the backend is brought in by a link")
def test_keyring_is_asked_when_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring is opt-in, and what it holds never leaves the process that asks it."""
    doing = f"return keyring.credentials.SimpleCredential('alice', {PASSWORD!r})"
    environ = keyring_environ(tmp_path, doing, monkeypatch)
    with pytest.raises(CredentialsUnusable, match="there is none"):
        find_credentials(COMPANY, environ, pypirc=tmp_path / ".pypirc")
    found = find_credentials(ALLOWED, environ, pypirc=tmp_path / ".pypirc")
    assert found == CredentialSource("keyring", "alice")
    declared = environ | {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": PASSWORD}
    with pytest.raises(CredentialsUnusable, match="more than one"):
        find_credentials(ALLOWED, declared, pypirc=tmp_path / ".pypirc")


@pytest.mark.skipif(sys.platform == "win32", reason="the backend is brought in by a link")
def test_keyring_cannot_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that waits for ever is ended at its limit and told."""
    environ = keyring_environ(tmp_path, "time.sleep(600)", monkeypatch)
    with pytest.raises(CredentialsUnusable, match="limit"):
        find_credentials(ALLOWED, environ, pypirc=tmp_path / ".pypirc", keyring_seconds=2)
