"""The launch form: small, filled in, and refused before the launch where it is wrong.

Add here a choice of the form and what Dagster says to a wrong one.
Not here: what a choice does to a release (assets).
"""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest

from foundry_assets.definitions import defs
from foundry_assets.launching.jobs import launch_config, release_job


def _check(**form: object) -> object:
    job = defs.resolve_job_def("release")
    told = {"resources": {"settings": {"config": form}}}
    return dg.validate_run_config(job, told)


def test_the_form_opens_as_a_release_to_the_embedded_index() -> None:
    """Nothing filled in means: release, to the package's own index, which is `local` until decided."""
    form = {"index": "", "mode": "release", "confirm": "", "allow_dirty": False}
    assert launch_config() == {"resources": {"settings": {"config": form}}}
    assert release_job.config == launch_config()
    assert _check(**form)


def test_the_form_completes_to_the_indexes_that_there_are() -> None:
    """The form of the view offers the catalog's indexes, and takes no other; empty is the package's own."""
    found: Any = defs.resolve_job_def("release").run_config_schema.config_type
    for name in ("resources", "settings", "config", "index"):
        index = found.fields[name]
        found = index.config_type
    offered = [value.config_value for value in found.enum_values]
    assert offered == ["", "local", "pypi", "testpypi"]
    assert index.description


@pytest.mark.parametrize(
    "form", [{"index": "nowhere"}, {"mode": "publish"}, {"confrim": "demo==1"}, {"allow_dirty": "perhaps"}]
)
def test_a_form_that_is_filled_in_wrongly_is_refused_before_the_launch(form: dict[str, object]) -> None:
    """An unknown mode, a misspelt field and a wrong type never become a run."""
    with pytest.raises(dg.DagsterInvalidConfigError):
        _check(**form)
