"""The upload process of a run, started while the source is staged: it has loaded its own when the files come.

Add here when it is started, and who gets it.
Not here: the process and the one POST (craft/uploading), and what must hold before anything is sent (assets).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from foundry_assets.ahead import begin, taken, will_make
from foundry_assets.catalog import Index
from foundry_assets.credential_source import CredentialSource
from foundry_assets.credentials import own_pypirc
from foundry_assets.steps import Step

if TYPE_CHECKING:
    from foundry_assets.craft.uploading import UploadProcess

_UPLOAD = "upload_receipt"


def begin_sender(step: Step, credential: CredentialSource | None) -> None:
    """Start the upload process of this run with what this credential needs, unless the run sends nothing.

    It reads no secret until it is given a file. A rehearsal sends to an index of its own, which takes none.
    """
    from foundry_assets.craft.uploading import UploadProcess

    if will_make(step, _UPLOAD):
        needed = None if step.is_rehearsal else credential
        process = UploadProcess(
            index=step.index, credential=needed or CredentialSource("none"), pypirc=own_pypirc()
        )
        with contextlib.suppress(OSError):  # the upload starts one itself, and tells why it cannot
            process.start()
            begin(step, _UPLOAD, "", lambda _: process, on_end=process.end)


@contextlib.contextmanager
def sender_to(step: Step, index: Index, credential: CredentialSource) -> Iterator[UploadProcess]:
    """Give the upload process, there while the context lasts: the one that was started, else a new one.

    One that was started with another credential, or has ended, is not used.
    """
    from foundry_assets.craft.uploading import UploadProcess

    with taken(step, _UPLOAD, "") as begun:
        started: UploadProcess | None = begun.made() if begun else None
        if started is not None and started.is_running and started.credential == credential:
            yield started.sending_to(index)
            return
    with UploadProcess(index=index, credential=credential, pypirc=own_pypirc()) as process:
        yield process
