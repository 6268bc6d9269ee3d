"""A signer that signs nothing: files with the structure of PEP 740, about the bytes that they are made for.

Add here another way in which such a file can be written, rightly or wrongly.
Not here: promises (the tests); no signature in here could ever be verified.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

PUBLISH = "https://docs.pypi.org/attestations/publish/v1"
SLSA = "https://slsa.dev/provenance/v1"
Change = Callable[[dict[str, Any]], object]


def statement_about(file: Path, predicate: str = PUBLISH) -> dict[str, Any]:
    """Give the in-toto Statement about a file, as it is signed."""
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": file.name, "digest": {"sha256": sha256}}],
        "predicateType": predicate,
        "predicate": None,
    }


def attestation_of(statement: dict[str, Any]) -> dict[str, Any]:
    """Give the attestation object around a Statement."""
    return {
        "version": 1,
        "verification_material": {
            "certificate": encoded(b"a certificate"),
            "transparency_entries": [{"logIndex": "1", "logId": {"keyId": "a2V5"}}],
        },
        "envelope": {
            "statement": encoded(json.dumps(statement).encode()),
            "signature": encoded(b"a signature"),
        },
    }


def sign(
    file: Path,
    folder: Path | None = None,
    *,
    named: str = "{}.publish.attestation",
    predicate: str = PUBLISH,
    in_statement: Change = bool,
    in_object: Change = bool,
) -> Path:
    """Write an attestation beside a file, or into a folder; the changes are made before it is written."""
    statement = statement_about(file, predicate)
    in_statement(statement)
    attestation = attestation_of(statement)
    in_object(attestation)
    path = (folder or file.parent) / named.format(file.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(attestation), encoding="utf-8")
    return path


def encoded(content: bytes) -> str:
    """Give bytes as base64."""
    return base64.b64encode(content).decode()
