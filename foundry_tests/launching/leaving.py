"""What a run leaves behind when it is killed between its intent and its receipt.

Add here another half-done state that tests of launching begin at.
Not here: killing real processes (faults).
"""

from __future__ import annotations

from foundry_assets import evidence
from foundry_assets.records import Intent, utc_now
from foundry_assets.store import Shelf


def write_intent(shelf: Shelf, index: str, *, run_id: str = "killed") -> Intent:
    """Open the intent to send a wheel, as a run does right before its POST."""
    name = f"{shelf.release.name.replace('-', '_')}-{shelf.release.version}-py3-none-any.whl"
    intent = Intent(
        number=1,
        release=str(shelf.release),
        index=index,
        upload_url="",
        filename=name,
        sha256="a" * 64,
        bytes=1,
        frozen={name: "a" * 64},
        corrections=0,
        run_id=run_id,
        at=utc_now(),
    )
    assert evidence.open_intent(shelf, intent)
    return intent
