"""The CycloneDX bill: valid by the standard's own schema, complete, and the same for the same wheel.

Add here a promise about what a reader of the bill finds.
Not here: where it is stored (test_story, assets).
"""

from __future__ import annotations

import json
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.metadata import Metadata

from foundry_assets.craft.provenance import bill_of_materials

_METADATA = b"""\
Metadata-Version: 2.4
Name: Demo.Pkg
Version: 1.0
Summary: A package.
License-Expression: MIT OR Apache-2.0
Requires-Dist: requests<3,>=2.32
Requires-Dist: tomli; python_version < "3.11"
Requires-Dist: requests[socks]; extra == "socks"
Provides-Extra: socks
"""


def _bill(metadata: bytes = _METADATA, sha256: str = "a" * 64) -> str:
    told = Metadata.from_email(metadata)
    return bill_of_materials(
        told, filename="demo_pkg-1.0-py3-none-any.whl", sha256=sha256, epoch=1_700_000_000
    )


def test_it_is_valid_by_the_standards_own_schema() -> None:
    """The strict validator of CycloneDX 1.6 finds nothing, with and without requirements and licence."""
    bare = b"Metadata-Version: 2.1\nName: bare\nVersion: 1\n"
    for bill in (_bill(), _bill(bare)):
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


def test_it_names_the_package_and_what_it_declares() -> None:
    """The wheel is the subject, by purl and sha256; each distribution once, with every line about it."""
    told: dict[str, Any] = json.loads(_bill())
    package = told["metadata"]["component"]
    assert package["purl"] == "pkg:pypi/demo-pkg@1.0?file_name=demo_pkg-1.0-py3-none-any.whl"
    assert package["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert package["licenses"] == [{"expression": "MIT OR Apache-2.0"}]
    lines = {
        found["name"]: sorted(line["value"] for line in found["properties"]) for found in told["components"]
    }
    assert lines == {
        "requests": ["requests<3,>=2.32", 'requests[socks]; extra == "socks"'],
        "tomli": ['tomli; python_version < "3.11"'],
    }
    needs = {found["ref"]: found.get("dependsOn", []) for found in told["dependencies"]}
    assert sorted(needs["demo-pkg==1.0"]) == ["requests", "tomli"]


def test_the_same_wheel_has_the_same_bill() -> None:
    """Serial number and time come from the wheel and its source: the same bytes on every machine."""
    assert _bill() == _bill()
    assert _bill() != _bill(sha256="b" * 64)
    assert json.loads(_bill())["metadata"]["timestamp"].startswith("2023-11-14T22:13:20")
