"""The platform tags that the public indexes take in a wheel's file name.

Add here a platform once it has an ABI specification and the index takes it.
Not here: tags of interpreters and ABIs, of which an index takes any.
"""

from __future__ import annotations

import re

_MAC = "ppc|ppc64|i386|x86_64|arm64|intel|fat|fat3|fat64|universal|universal2"
_LINUX = "x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64"
_SHAPES = (
    ("any", "PEP 425"),
    ("win32|win_(amd64|arm64|ia64)", "PEP 425"),
    ("manylinux1_(x86_64|i686)", "PEP 513"),
    ("manylinux2010_(x86_64|i686)", "PEP 571"),
    ("manylinux2014_(x86_64|i686|aarch64|armv7l|ppc64|ppc64le|s390x)", "PEP 599"),
    (f"manylinux_[0-9]+_[0-9]+_({_LINUX}|ppc64)", "PEP 600"),
    (f"musllinux_[0-9]+_[0-9]+_({_LINUX})", "PEP 656"),
    ("linux_armv[67]l", "the index's exception for single-board computers"),
    (f"macosx_10_[0-9]+_({_MAC})", "PEP 425"),
    # From 11 on the minor version is always 0; 16 to 25 were skipped, later ones come every year.
    (f"macosx_(1[1-5]|2[6-9]|[3-9][0-9])_0_({_MAC})", "the index's rule for macOS 11 and later"),
    ("ios_[0-9]+_[0-9]+_(arm64|x86_64)_(iphoneos|iphonesimulator)", "PEP 730"),
    ("android_[0-9]+_(armeabi_v7a|arm64_v8a|x86|x86_64)", "PEP 738"),
    ("pyemscripten_[0-9]+_[0-9]+_wasm32", "PEP 783"),
)
_ACCEPTED = re.compile("|".join(f"(?:{shape})" for shape, _ in _SHAPES))


def is_accepted(platform: str) -> bool:
    """Tell whether the public indexes take wheels with this platform tag (lower case, as parsed)."""
    return _ACCEPTED.fullmatch(platform) is not None


def remedy_for(platform: str) -> str:
    """Say what to do about a tag that is not taken."""
    if platform.startswith("linux_"):
        return (
            "repair the wheel with auditwheel so that it gets a manylinux or musllinux tag,"
            " or release the sdist with a pure wheel"
        )
    if platform.startswith("macosx_"):
        return "set MACOSX_DEPLOYMENT_TARGET to 10.x or, from 11 on, to a version that ends in .0"
    return "build for a platform with an ABI specification (PEP 425, 600, 656, 730, 738)"
