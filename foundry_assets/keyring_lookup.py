"""Asking the keyring, in a process with a deadline: its backends may wait for a person, or for ever.

Add here what concerns the keyring alone.
Not here: the other sources, and deciding whether the keyring may be asked (credentials).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from foundry_assets.child_environment import child_environment
from foundry_assets.credential_source import CredentialSource, Secret
from foundry_assets.errors import Fault
from foundry_assets.subprocesses import ProgramFailed, run
from foundry_assets.token_shape import faults_of, fingerprint

_REMEDY = "unlock the keyring, or set PYTHON_KEYRING_BACKEND, or use another source"


def look_up(
    upload_url: str, username: str, *, environ: Mapping[str, str], limit_seconds: float
) -> tuple[list[CredentialSource], list[Fault]]:
    """Ask whether the keyring holds a credential for `upload_url`; the secret stays in the asking process.

    A keyring that does not answer within `limit_seconds` is a fault, and its process is ended.
    """
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        try:
            finished = run(
                [sys.executable, "-m", __name__],
                cwd=home,
                env=child_environment("keyring", environ, home=home),
                timeout_seconds=limit_seconds,
                stdin=json.dumps({"upload_url": upload_url, "username": username}),
            )
            answer = json.loads(finished.stdout)
        except (ProgramFailed, ValueError) as error:
            outcome = error.outcome if isinstance(error, ProgramFailed) else "it answered nothing readable"
            return [], [Fault("keyring", f"asking it failed: {outcome}", _REMEDY)]
    found = [CredentialSource(**answer["found"])] if answer["found"] else []
    return found, [Fault(**fault) for fault in answer["faults"]]


def from_keyring(upload_url: str, username: str) -> Secret | None:
    """Read the secret itself; used inside a process that ends soon. None where there is none."""
    import keyring
    import keyring.errors

    try:
        credential = keyring.get_credential(upload_url, username or None)
    except keyring.errors.KeyringError:
        return None
    if credential is None or not credential.password:
        return None
    return Secret(credential.username or username, credential.password)


def main() -> None:
    """Answer one question from standard input by one line on standard output, without the secret."""
    asked = json.loads(sys.stdin.read())
    secret = from_keyring(asked["upload_url"], asked["username"])
    answer: dict[str, object] = {"found": None, "faults": []}
    if secret is not None:
        found = CredentialSource("keyring", secret.username, fingerprint(secret.value))
        wrong = faults_of(secret.username, secret.value, upload_url=asked["upload_url"], where="keyring")
        answer = {"found": asdict(found), "faults": [asdict(fault) for fault in wrong]}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
