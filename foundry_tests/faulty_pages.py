"""The project pages of the faulty index: well-formed ones, and those that no reader may believe.

Add here another page that an index, a proxy or a login wall could give.
Not here: answers that are no page at all; the faulty index gives those itself.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Literal

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

if TYPE_CHECKING:
    from foundry_tests.faulty_index import FaultyIndex

Reading = Literal[
    "json", "html", "html without hashes", "status", "truncated json", "truncated html", "garbage",
    "login page", "json without files", "another project", "html as json", "plain text", "trickle",
    "never answers", "reset", "redirect elsewhere", "redirect circle", "empty",
]  # fmt: skip
"""How a project's page is answered; `status` answers `reading_status`."""

BROKEN = frozenset({"status", "never answers", "reset", "trickle", "redirect circle", "redirect elsewhere"})
"""Those that are no page at all."""


def page_body(state: FaultyIndex, project: str, files: dict[str, bytes]) -> tuple[bytes, str]:
    """Give the body and the content type of a project's page."""
    as_json, as_html = "application/vnd.pypi.simple.v1+json", "text/html"
    page = json.dumps(_json_page(state, project, files)).encode()
    html = _html_page(state, project, files)
    pages: dict[str, tuple[bytes, str]] = {
        "json": (page, as_json),
        "html": (html, as_html),
        "html without hashes": (html.replace(b"#sha256=", b"#was="), as_html),
        "truncated json": (page[: len(page) // 2], as_json),
        "truncated html": (html[: html.index(b"</h1>")], as_html),
        "garbage": (b"\x00\xff\xfe garbage", as_json),
        "login page": (b"<html><body><form><input name=user></form></body></html>", as_html),
        "json without files": (
            json.dumps({"meta": {"api-version": "1.0"}, "name": project}).encode(),
            as_json,
        ),
        "another project": (json.dumps(_json_page(state, "another", files)).encode(), as_json),
        "html as json": (html, as_json),
        "plain text": (b"maintenance", "text/plain"),
        "empty": (b"", as_html),
    }
    return pages.get(state.reading, (page, as_json))


def project_of(filename: str) -> str:
    """Give the project on whose page a file belongs."""
    parse = parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename
    return canonicalize_name(parse(filename)[0])


def _json_page(state: FaultyIndex, project: str, files: dict[str, bytes]) -> dict[str, object]:
    return {
        "meta": {"api-version": "1.4", "_last-serial": 7},
        "name": project,
        "versions": ["1.0"],
        "project-status": {"status": state.project_status},
        "files": [
            {
                "filename": name,
                "url": f"{state.address}/files/{name}",
                "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
                "size": len(content),
                "upload-time": "2026-01-02T03:04:05Z",
                "yanked": state.yanked.get(name, False),
            }
            for name, content in files.items()
        ],
    }


def _html_page(state: FaultyIndex, project: str, files: dict[str, bytes]) -> bytes:
    links = "".join(
        f'<a href="/files/{name}#sha256={hashlib.sha256(content).hexdigest()}"'
        f"{' data-yanked=' + repr(state.yanked[name]) if name in state.yanked else ''}>{name}</a><br>\n"
        for name, content in files.items()
    )
    return f"<html><head></head><body><h1>Links for {project}</h1>{links}</body></html>".encode()
