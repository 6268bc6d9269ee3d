"""The rehearsal's opt-in: really uploaded to the test index, as a version of its own, with its own evidence.

Add here what such an upload promises.
Not here: the rehearsal around it (test_rehearsal), and the version (craft/rehearsing/test_dev_version).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from foundry_assets import evidence
from foundry_assets.catalog import built_in_index
from foundry_assets.errors import CallIsWrong
from foundry_assets.index import IndexReader
from foundry_assets.launching.real_upload import refuse_the_real_one
from foundry_tests.launching.test_rehearsal import rehearse, without_tools
from foundry_tests.servers import PASSWORD, USERNAME, pypiserver
from foundry_tests.story_fixtures import House, quick_project

__all__ = ["without_tools"]


@pytest.mark.slow
def test_each_rehearsal_uploads_a_version_that_nobody_has(
    house: House, tmp_path: Path, without_tools: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only with the opt-in a real index gets files: a `.devN` a time, verified there."""
    quick_project(house.root / "a", name="story-a")
    monkeypatch.setenv("TWINE_USERNAME", USERNAME)
    monkeypatch.setenv("TWINE_PASSWORD", PASSWORD)
    with pypiserver(tmp_path / "server") as index, IndexReader(index) as reader:
        house.catalog(
            f'[rehearsal]\nindex = "company"\n[indexes.company]\nupload_url = "{index.upload_url}"\n'
            f'simple_url = "{index.simple_url}"\n[[package]]\nname = "story-a"\nsource = "a"\n'
        )
        _, report = rehearse(house, "2026-10")
        assert report.packages[0].upload == ""
        assert reader.project("story-a").versions == ()
        _, report = rehearse(house, "2026-10", upload=True)
        assert report.is_good, report.problems
        first = report.packages[0].upload
        assert first.endswith(" published at company"), report.problems
        (version,) = {str(Version(text)) for text in reader.project("story-a").versions}
        assert version.startswith("1.0.dev")
        _, report = rehearse(house, "2026-10", upload=True)
        assert report.packages[0].upload not in ("", first), report.problems
    receipt = evidence.receipt_at(house.shelf(f"story-a=={version}"), "company")
    assert receipt is not None
    assert [file.verdict for file in receipt.files] == ["created", "created"]
    assert house.foundry.catalog.package("story-a").source == house.root / "a"


@pytest.mark.parametrize("name", ["pypi", "company"])
def test_the_index_that_everybody_installs_from_is_refused(name: str) -> None:
    """By its own name or by another one for the same address; the test index and one's own are not."""
    real = built_in_index("pypi")
    test = built_in_index("testpypi")
    assert real is not None
    assert test is not None
    with pytest.raises(CallIsWrong, match=f"uploads nothing to `{name}`"):
        refuse_the_real_one(real.model_copy(update={"name": name}))
    refuse_the_real_one(test)


@pytest.mark.slow
def test_an_upload_that_is_refused_is_a_finding(
    house: House, tmp_path: Path, without_tools: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A credential that is refused leaves the rehearsal good, and tells of the upload that was not."""
    quick_project(house.root / "a", name="story-a")
    monkeypatch.setenv("TWINE_USERNAME", USERNAME)
    monkeypatch.setenv("TWINE_PASSWORD", "not-the-right-one")
    with pypiserver(tmp_path / "server") as index, IndexReader(index) as reader:
        house.catalog(
            f'[rehearsal]\nindex = "company"\n[indexes.company]\nupload_url = "{index.upload_url}"\n'
            f'simple_url = "{index.simple_url}"\n[[package]]\nname = "story-a"\nsource = "a"\n'
        )
        result, report = rehearse(house, "2026-10", upload=True)
        assert reader.project("story-a").versions == ()
    assert result.success
    assert (report.packages[0].status, report.packages[0].upload) == ("rehearsed", "")
    assert any("upload_for_real" in problem and "refused" in problem for problem in report.problems)
