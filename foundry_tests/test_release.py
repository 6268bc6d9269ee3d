"""A release has one spelling, and a run without a registered one is refused.

Add here another way in which a name, a version or a run can be wrong.
Not here: what a run does with its release (story, assets).
"""

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from foundry_assets.errors import UnknownRelease
from foundry_assets.release import PARTITION_SET, Release, release_of, releases

names = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,12}[A-Za-z0-9])?", fullmatch=True)
_numbers = st.integers(min_value=0, max_value=99_999)


@st.composite
def versions(draw: st.DrawFn) -> str:
    """Write a version in any spelling that PEP 440 knows."""
    prefix = draw(st.sampled_from(["", "v", " "]))
    epoch = draw(st.sampled_from(["", "0!", "1!", "2024!"]))
    numbers = ".".join(map(str, draw(st.lists(_numbers, min_size=1, max_size=5))))
    marks = [("a", "alpha", "b", "BETA", "c", "rc", "pre", "preview"), ("post", "rev", "r"), ("dev",)]
    parts = ""
    for words in marks:
        if draw(st.booleans()):
            separators = [draw(st.sampled_from(["", ".", "-", "_"])) for _ in range(2)]
            number = draw(st.sampled_from(["", "0", "7", "010"]))
            parts += separators[0] + draw(st.sampled_from(words)) + (separators[1] + number if number else "")
    local = draw(st.sampled_from(["", "+abc", "+Ubuntu-1", "+1_2.X"]))
    return f"{prefix}{epoch}{numbers}{parts}{local}"


@given(name=names, version=versions())
def test_parse_is_the_inverse_of_print(name: str, version: str) -> None:
    """Whatever spelling a release was made from, its printed key reads back as itself."""
    release = Release.of(name, version)
    assert Release.parse(str(release)) == release
    assert str(release) == f"{canonicalize_name(name)}=={Version(version)}"


@given(text=st.text(max_size=30))
def test_any_text_is_a_release_or_refused_with_a_remedy(text: str) -> None:
    """No text makes parsing fail in any other way than by the error that says how to write a release."""
    try:
        release = Release.parse(text)
    except UnknownRelease as error:
        assert "name==version" in error.remedy
    else:
        assert Release.parse(str(release)) == release


@pytest.mark.parametrize(
    ("name", "version", "key"),
    [
        ("Demo_Pkg", "1.0", "demo-pkg==1.0"),
        ("a..b--c__d", "1.0.0", "a-b-c-d==1.0.0"),
        ("x", "v1.0-1", "x==1.0.post1"),
        ("x", "1!2.0RC1", "x==1!2.0rc1"),
        ("x", "1.0+Ubuntu-1", "x==1.0+ubuntu.1"),
        ("x", "01.02", "x==1.2"),
    ],
)
def test_releases_are_canonical(name: str, version: str, key: str) -> None:
    """Each spelling of a name and a version is one and the same release."""
    assert str(Release.of(name, version)) == key


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("", "not a release key"),
        ("demo-pkg", "not a release key"),
        ("demo-pkg=1.0", "not a release key"),
        ("==1.0", "not a package name"),
        ("-demo==1.0", "not a package name"),
        ("dé==1.0", "not a package name"),
        ("demo\n==1.0", "not a package name"),
        ("../x==1.0", "not a package name"),
        ("demo==", "not a version"),
        ("demo==latest", "not a version"),
        ("demo===1.0", "not a version"),
        ("demo==1.0==2.0", "not a version"),
        ("demo==1.0/..", "not a version"),
        pytest.param(f"demo=={'9' * 5000}", "not a version", id="thousands of digits"),
    ],
)
def test_anything_else_is_refused(key: str, told: str) -> None:
    """A text that is no release key is refused, and the error shows how one is written."""
    with pytest.raises(UnknownRelease, match=told) as refused:
        Release.parse(key)
    assert "demo-pkg==0.1.0" in refused.value.remedy


@pytest.mark.parametrize(
    ("version", "other", "same"),
    [("1.0", "1.0.0", True), ("1.0", "1", True), ("1.0", "1.0.post1", False), ("1.0", "not one", False)],
)
def test_versions_are_compared_as_an_index_does(version: str, other: str, same: bool) -> None:
    """Trailing zeros make no other version, although they are kept in the key."""
    assert Release.of("x", version).is_same_version_as(other) is same


@dg.asset(partitions_def=releases)
def tiny(context: dg.AssetExecutionContext) -> str:
    """Tell the release of the run."""
    return str(release_of(context))


def run(instance: dg.DagsterInstance, key: str | None) -> dg.ExecuteInProcessResult:
    """Run as a GraphQL launch does: the key is a mere tag, and nobody has looked at it."""
    job = dg.Definitions(assets=[tiny]).resolve_implicit_global_asset_job_def()
    tags = {"dagster/partition": key} if key is not None else {}
    return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)


def test_a_registered_release_is_given_to_its_run(instance: dg.DagsterInstance) -> None:
    """A run with a registered, canonical key is about that release."""
    instance.add_dynamic_partitions(PARTITION_SET, ["demo-pkg==1.0"])
    result = run(instance, "demo-pkg==1.0")
    assert result.output_for_node("tiny") == "demo-pkg==1.0"


@pytest.mark.parametrize(
    ("registered", "key", "told"),
    [
        ((), None, "names no release"),
        ((), "demo-pkg==1.0", "not a registered release"),
        (("demo-pkg==1.0",), "demo-pkg==1.1", "not a registered release"),
        (("Demo_Pkg==1.0",), "Demo_Pkg==1.0", "not the canonical way"),
        (("latest",), "latest", "not a release key"),
    ],
)
def test_any_other_run_is_refused(
    instance: dg.DagsterInstance, registered: tuple[str, ...], key: str | None, told: str
) -> None:
    """A run with no key, an unregistered or a differently spelt one ends before it has done anything."""
    instance.add_dynamic_partitions(PARTITION_SET, list(registered))
    result = run(instance, key)
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    error = failure.step_failure_data.error
    assert error is not None
    cause = error.cause or error
    assert "UnknownRelease" in cause.to_string()
    assert told in cause.to_string()
