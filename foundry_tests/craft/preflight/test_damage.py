"""Whatever happened to a file on its way, it is judged and told, never the gate's own failure.

Add here a kind of damage.
Not here: files that are whole and wrong (test_rules).
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundry_assets.craft.preflight import IndexProfile, preflight
from foundry_tests.craft.preflight.breakages import squeezed
from foundry_tests.craft.preflight.distributions import sdist, wheel

STRICT = IndexProfile("pypi", is_strict=True)


def test_a_damaged_member_is_found(tmp_path: Path) -> None:
    """A wheel whose bytes changed on a disk is told as damaged, not as wrongly recorded."""
    path = wheel(tmp_path, files={"demo_pkg/data.txt": "x" * 99})
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("demo_pkg/data.txt").header_offset + 30 + len("demo_pkg/data.txt") + 2
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)
    (found,) = preflight([path], profile=STRICT)
    assert found.rule.name == "archive"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["wheel", "lzma", "sdist"]),
    at=st.floats(0, 1, exclude_max=True),
    data=st.binary(max_size=9),
)
def test_no_damage_makes_it_fail(tmp_path: Path, kind: str, at: float, data: bytes) -> None:
    """Whatever bytes are in a file, it is judged; a gate that breaks would tell a person nothing."""
    path = {"wheel": wheel, "lzma": squeezed, "sdist": sdist}[kind](tmp_path)
    content = bytearray(path.read_bytes())
    place = int(at * len(content))
    content[place : place + len(data)] = data
    path.write_bytes(content)
    for one in preflight([path], profile=STRICT):
        assert one.fault.where.startswith(path.name)
        assert one.fault.remedy
