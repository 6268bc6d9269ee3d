"""A simple page: what an index's answer about one project says, in the JSON or the HTML form.

Add here what a page may say, and how a page is told from any other document.
Not here: asking for it (index), and what it means for a release (craft/probing).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name
from pypi_simple import DistributionPackage, ProjectPage, RepositoryPage

_JSON = "application/vnd.pypi.simple.v1+json"
_SIMPLE_HTML = "application/vnd.pypi.simple.v1+html"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class IndexFile:
    """One file as the index lists it.

    `sha256` and `uploaded_at` (UTC, ISO 8601) are "" and `bytes` is None where the index does not tell;
    `yanked` (PEP 592) is None for a file that is not, else the reason, which may be "".
    """

    filename: str
    sha256: str
    url: str
    bytes: int | None
    yanked: str | None
    uploaded_at: str


@dataclass(frozen=True)
class ProjectOnIndex:
    """What the index holds of a project, all versions; `status` is PEP 792's, `active` by default."""

    exists: bool
    files: tuple[IndexFile, ...] = ()
    versions: tuple[str, ...] = ()
    status: str = "active"
    serial: str = ""


class PageUnreadable(ValueError):
    """An answer that is no simple page, or is not whole."""


def read_page(body: bytes, headers: Mapping[str, str], *, url: str, name: str) -> ProjectOnIndex:
    """Read the page of the project `name` (canonical) that `url` answered with status 200.

    Raises `PageUnreadable`, or another `ValueError`, for anything but a whole and well-formed page.
    """
    kind, _, parameters = headers.get("Content-Type", "").partition(";")
    kind = kind.strip().lower()
    serial = headers.get("X-PyPI-Last-Serial", "")
    if kind == _JSON:
        return _read_json(body, url, name, serial)
    if kind in ("text/html", _SIMPLE_HTML):
        charset = re.search(r'charset="?([\w.-]+)', parameters)
        text = body.decode(charset.group(1) if charset else "utf-8")
        return _read_html(text, url, name, serial, says_simple=kind == _SIMPLE_HTML)
    raise PageUnreadable(f"its content type is `{kind or 'not given'}`, not that of a simple page")


def _read_json(body: bytes, base_url: str, name: str, serial: str) -> ProjectOnIndex:
    """Read the JSON form (PEP 691, 700, 740, 792); raises `ValueError` where a required key is missing."""
    data = json.loads(body)
    if not isinstance(data, dict):
        raise PageUnreadable("its JSON is not a simple page")
    # A marker newer than the library is told as it is; the library would refuse the page.
    marker = data.pop("project-status", None) or {}
    page = ProjectPage.from_json_data(data, base_url)
    if canonicalize_name(page.project) != name:
        raise PageUnreadable(f"its page is about `{page.project}`")
    return ProjectOnIndex(
        exists=True,
        files=tuple(_file(package) for package in page.packages),
        versions=tuple(page.versions if page.versions is not None else _versions(page.packages)),
        status=str(marker.get("status") or "active"),
        serial=page.last_serial or serial,
    )


def _read_html(text: str, base_url: str, name: str, serial: str, *, says_simple: bool) -> ProjectOnIndex:
    """Read the HTML form (PEP 503); raises `PageUnreadable` for any other page, such as a login form.

    A page counts as this project's when it is whole (its end tag is there), asks for no input, and says
    what it is: by its content type, by PEP 629's repository version, by a link to a file of this
    project, or by the words `links for <project>`, with which the known servers title an empty page.
    """
    lowered = text.lower()
    if "</html>" not in lowered and "</body>" not in lowered:
        raise PageUnreadable("its page ends before its end tag")
    if re.search(r"<(form|input)\b", lowered):
        raise PageUnreadable("its page is one for people, with a form, such as a login page")
    page = RepositoryPage.from_html(text, base_url)
    packages = [
        package
        for package in (_package(DistributionPackage.from_link(link, name)) for link in page.links)
        if package.project is not None and canonicalize_name(package.project) == name
    ]
    titled = re.search(rf"links for\s+(<[^>]*>)*{re.escape(name)}\b", re.sub(r"[-_.]+", "-", lowered))
    if not (says_simple or page.repository_version or packages or titled):
        raise PageUnreadable(f"its page neither lists files of `{name}` nor says that it is a simple page")
    return ProjectOnIndex(
        exists=True,
        files=tuple(_file(package) for package in packages),
        versions=tuple(_versions(packages)),
        status=page.pypi_meta.get("project-status", ["active"])[0] or "active",
        serial=serial,
    )


def _package(package: DistributionPackage) -> DistributionPackage:
    """Take the name from the address where the link's text is none, as in shortened folder listings."""
    if package.project is None:
        package.filename = filename_of(package.url)
        renamed = DistributionPackage.from_json_data(
            {"filename": package.filename, "url": package.url, "hashes": package.digests}
        )
        package.project, package.version = renamed.project, renamed.version
    return package


def _file(package: DistributionPackage) -> IndexFile:
    if not package.url.startswith(("https://", "http://")):
        raise PageUnreadable(f"its page gives `{package.filename}` no address")
    sha256 = package.digests.get("sha256", "").lower()
    return IndexFile(
        filename=package.filename,
        sha256=sha256 if _SHA256.fullmatch(sha256) else "",
        url=package.url,
        bytes=package.size,
        yanked=(package.yanked_reason or "") if package.is_yanked else None,
        uploaded_at=package.upload_time.isoformat() if package.upload_time else "",
    )


def _versions(packages: Iterable[DistributionPackage]) -> list[str]:
    return sorted({package.version for package in packages if package.version})


def filename_of(url: str) -> str:
    """Give the file name that an address ends with."""
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])
