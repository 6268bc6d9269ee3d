"""Values in core metadata that only a list or a grammar can judge: classifiers, addresses, e-mail.

Add here a field whose values the public indexes look at one by one.
Not here: fields that `packaging` judges by itself, and dependencies (fields).
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from functools import cache

from packaging.metadata import RawMetadata
from packaging.utils import canonicalize_name
from stdlib_list import short_versions, stdlib_list
from trove_classifiers import classifiers as known_classifiers
from trove_classifiers import deprecated_classifiers

from foundry_assets.craft.preflight.rules import Finding, finding

LONGEST_LABEL = 32
"""Characters that PyPI takes in the label of a project URL."""
_PRIVATE = "Private ::"


def classifier_findings(file: str, raw: RawMetadata) -> Iterator[Finding]:
    """Find classifiers that the list does not know, and those that it has replaced."""
    where = f"{file}: Classifier"
    for told in dict.fromkeys(raw.get("classifiers", [])):
        if told in deprecated_classifiers:
            instead = " or ".join(deprecated_classifiers[told])
            remedy = f"write {instead}" if instead else "take it out"
            yield finding("classifiers", where, f"`{told}` is deprecated", remedy)
        elif told.startswith(_PRIVATE):
            what = f"`{told}` keeps the project off the public indexes, as it is meant to"
            yield finding("classifiers", where, what, "take it out only if the project is to be public")
        elif told not in known_classifiers:
            remedy = "correct it by the list, or update trove-classifiers if it is a new one"
            yield finding("classifiers", where, f"`{told}` is not on the list of classifiers", remedy)


def url_findings(file: str, raw: RawMetadata) -> Iterator[Finding]:
    """Find addresses that are none of the web, and labels that are empty or too long."""
    for label, url in raw.get("project_urls", {}).items():
        where = f"{file}: Project-URL"
        if not label:
            yield finding("urls", where, f"{url or 'an entry'} has no label", "give it one, such as Source")
        elif len(label) > LONGEST_LABEL:
            what = f"the label `{label}` has {len(label)} characters, and {LONGEST_LABEL} are the most"
            yield finding("urls", where, what, "shorten it")
        elif not is_web_address(url):
            yield _no_address(where, f"{label}: {url}" if url else f"{label}: nothing")
    for field, told in (("Home-page", raw.get("home_page")), ("Download-URL", raw.get("download_url"))):
        if told is not None and not is_web_address(told):
            yield _no_address(f"{file}: {field}", told)


def _no_address(where: str, told: str) -> Finding:
    return finding("urls", where, f"`{told}` is not an address", "write it from https:// on")


def is_web_address(url: str) -> bool:
    """Tell whether an address is one to PyPI: RFC 3986, http or https; a host is not asked for."""
    from rfc3986 import uri_reference, validators
    from rfc3986.exceptions import RFC3986Exception

    validator = (
        validators.Validator()
        .allow_schemes("http", "https")
        .require_presence_of("scheme")
        .check_validity_of("scheme", "host", "port", "path", "query")
    )
    try:
        validator.validate(uri_reference(url).normalize())
    except (RFC3986Exception, ValueError):
        return False
    return True


def email_findings(file: str, raw: RawMetadata) -> Iterator[Finding]:
    """Find an author or maintainer whose address PyPI would not take: it looks at the first of each field."""
    import email_validator

    fields = (("Author-email", raw.get("author_email")), ("Maintainer-email", raw.get("maintainer_email")))
    for field, told in fields:
        _, address = parseaddr(told or "")
        if not address:
            continue
        try:
            email_validator.validate_email(address, check_deliverability=False)
        except email_validator.EmailNotValidError as error:
            remedy = "give an address that people can write to, or leave the field out"
            yield finding(
                "email", f"{file}: {field}", f"`{address}` is not an e-mail address: {error}", remedy
            )


def name_findings(file: str, raw: RawMetadata) -> Iterator[Finding]:
    """Tell of a name that the standard library has: an older project may keep it, no new one gets it."""
    name = raw.get("name", "")
    if canonicalize_name(name) in standard_library_names():
        what = f"{name} is a module of the standard library; as a new project it would be refused"
        yield finding(
            "standard-library", f"{file}: Name", what, "choose another name, if it is not yours yet"
        )


@cache
def standard_library_names() -> frozenset[str]:
    """Give the canonical names of all modules that any Python's standard library ever had, as PyPI does."""
    modules = {module for version in short_versions for module in stdlib_list(version)}
    return frozenset(canonicalize_name(module.strip("-_.")) for module in modules)
