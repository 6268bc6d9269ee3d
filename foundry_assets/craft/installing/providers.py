"""Which distribution brings a module: by the catalog, the declared metadata, and what is known of the world.

Add here another place in which such knowledge lies.
Not here: whether a module is missing (judging), and the words for it (failures).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from foundry_assets.craft.metadata import Core

_WELL_KNOWN = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "PyMuPDF",
    "git": "GitPython",
    "github": "PyGithub",
    "IPython": "ipython",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "kafka": "kafka-python",
    "magic": "python-magic",
    "multipart": "python-multipart",
    "OpenSSL": "pyOpenSSL",
    "PIL": "pillow",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "pymysql": "PyMySQL",
    "ruamel": "ruamel.yaml",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "socks": "PySocks",
    "telegram": "python-telegram-bot",
    "usb": "pyusb",
    "wx": "wxPython",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
"""Import names that differ from their distribution's and that mypy's list of stubs does not have."""


@dataclass(frozen=True)
class Provider:
    """A distribution that brings a module, empty where none is known, and whose it is where that helps."""

    name: str = ""
    whose: str = ""


@dataclass(frozen=True)
class Providers:
    """What is known about the distributions around one wheel.

    `ordered` gives for import names the distributions of the batch order that the wheel is released by,
    `catalogued` those of the catalog; `environment` gives for import names those that bring them where the
    wheel is installed.
    """

    core: Core
    catalogued: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ordered: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def declared(self) -> frozenset[str]:
        """The canonical names of all that the wheel requires, whatever the marker or the extra."""
        return frozenset(canonicalize_name(found.name) for found in _requirements(self.core))

    def of(self, module: str) -> Provider:
        """Give the distribution that brings a module, by the nearest knowledge."""
        top = module.partition(".")[0]
        if top in self.ordered:
            return Provider(self.ordered[top], "an entry of this order")
        if top in self.catalogued:
            return Provider(self.catalogued[top], "a package of the catalog")
        if self.environment.get(top):
            return Provider(", ".join(sorted(self.environment[top])))
        return Provider(well_known(module))

    def is_catalogued(self, module: str) -> bool:
        """Tell whether a module is one of the order's or the catalog's own packages."""
        return bool(self._known(module))

    def may_be_declared(self, module: str) -> bool:
        """Tell whether something that the wheel requires may bring a module; a doubt counts as yes."""
        return any(self._may_bring(declared, module) for declared in self.declared)

    def extra_that_brings(self, module: str) -> str:
        """Give the extra that alone brings a module; empty where none is known to."""
        for found in _requirements(self.core):
            if found.marker and self._may_bring(canonicalize_name(found.name), module):
                for extra in self.core.extras:
                    if found.marker.evaluate({"extra": extra}) and not found.marker.evaluate({"extra": ""}):
                        return extra
        return ""

    def _may_bring(self, declared: str, module: str) -> bool:
        top = canonicalize_name(module.partition(".")[0])
        names = (well_known(module), self._known(module), module)
        named = {canonicalize_name(name) for name in names if name}
        bare = declared.removeprefix("python-").removesuffix("-python").removesuffix("-binary")
        return bool({declared, bare} & {*named, top, f"py{top}"}) or declared.startswith(f"{top}-")

    def _known(self, module: str) -> str:
        top = module.partition(".")[0]
        return self.ordered.get(top) or self.catalogued.get(top, "")


def _requirements(core: Core) -> Iterator[Requirement]:
    for text in core.requires_dist:
        try:
            yield Requirement(text)
        except InvalidRequirement:
            continue


@cache
def well_known(module: str) -> str:
    """Give the distribution that is known to bring a module; empty where it is not known.

    mypy keeps a list for the modules whose types are published apart; the rest is a short list of our own.
    """
    from mypy.stubinfo import stub_distribution_name

    own = _WELL_KNOWN.get(module.partition(".")[0], "")
    stubs = stub_distribution_name(module) or ""
    return own or (stubs.removeprefix("types-") if stubs.startswith("types-") else "")
