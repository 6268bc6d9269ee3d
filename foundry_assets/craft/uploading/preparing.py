"""The one POST of one file, made ready down to its last byte and then not sent; inside the upload process.

Add here what can be found out about a request without making it.
Not here: sending it (one_post), and what becomes of the finding (craft/rehearsing).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from requests_toolbelt import MultipartEncoderMonitor

from foundry_assets.craft.uploading.one_post import OnePost, repository_for
from foundry_assets.craft.uploading.prepared import Prepared
from foundry_assets.credential_source import Secret

_CHUNK = 1 << 20


class NoPost(OnePost):
    """Reads a request to its last byte where an index would have; nothing leaves this process."""

    def __init__(self) -> None:
        super().__init__(
            connect_seconds=1, read_seconds=1, on_begin=lambda: None, on_progress=lambda _, __: None
        )
        self.prepared = Prepared()

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Read the body as the network would, and answer in the index's place."""
        body = request.body
        assert isinstance(body, MultipartEncoderMonitor)
        length = 0
        while piece := body.read(_CHUNK):
            length += len(piece)
        if length != body.len:
            problem = f"its body has {length:,} bytes, and it says {body.len:,}"
            self.prepared = Prepared(problem=problem)
        else:
            self.prepared = Prepared(length, "Authorization" in request.headers)
        answer = requests.Response()
        answer.status_code, answer.reason, answer.url = 200, "Not sent", request.url or ""
        return answer


def prepare(path: Path, *, upload_url: str, secret: Secret | None) -> Prepared:
    """Make the request for one file ready with twine, as `post` does, and read it to its last byte.

    Raises twine's or packaging's own errors where the file is no distribution.
    """
    adapter = NoPost()
    package, repository = repository_for(path, upload_url=upload_url, secret=secret, adapter=adapter)
    try:
        repository.upload(package, max_redirects=1)
    finally:
        repository.close()
    return adapter.prepared
