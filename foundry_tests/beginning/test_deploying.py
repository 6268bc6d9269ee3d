"""The files of `foundry init --deploy`: Dagster takes them as they are, they hold no secret, replace nothing.

Add here a file that a deployment needs, or a choice in one of them.
Not here: what the command line says of them (cli/test_deploying), several machines at work (machines).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster._config import validate_config
from dagster._core.instance.config import dagster_instance_config

from foundry_assets.beginning.deploying import deployment, place_deployment
from foundry_assets.places import INSTANCE_SETTINGS
from foundry_tests.beginning.writing import write
from foundry_tests.machines.hosts import settings_with

LAUNCHERS = {"Celery": "dagster_celery", "Docker": "dagster_docker", "Kubernetes": "dagster_k8s"}
CHOICES = ["", *LAUNCHERS]


def _settings(text: str) -> dict[str, Any]:
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    return found


def _chosen(launcher: str, folder: Path) -> str:
    return settings_with(launcher, folder) if launcher else deployment()["dagster.yaml"]


@pytest.mark.parametrize("launcher", CHOICES)
def test_each_choice_has_all_that_the_foundry_relies_on(launcher: str, tmp_path: Path) -> None:
    """Queue with its limits, run monitoring and retention are those of every home; only places are added."""
    found, ours = _settings(_chosen(launcher, tmp_path)), _settings(INSTANCE_SETTINGS)
    assert {key: found[key] for key in ours} == ours
    assert set(found) - set(ours) == {"storage"} | ({"run_launcher"} if launcher else set())


@pytest.mark.parametrize("launcher", CHOICES)
def test_dagster_takes_each_choice_as_it_is(launcher: str, tmp_path: Path) -> None:
    """The file is of Dagster's own schema, and a block is of its launcher's, where that is installed."""
    write(tmp_path, {"dagster.yaml": _chosen(launcher, tmp_path)})
    settings, _ = dagster_instance_config(str(tmp_path))
    assert settings["storage"]["postgres"]["postgres_db"]["password"] == {"env": "PGPASSWORD"}
    if launcher and find_spec(LAUNCHERS[launcher]):
        chosen = settings["run_launcher"]
        module = __import__(chosen["module"], fromlist=[chosen["class"]])
        told = validate_config(getattr(module, chosen["class"]).config_type(), chosen["config"])
        assert told.success, told.errors


def test_no_file_holds_a_secret_or_a_place_for_one_but_the_environment() -> None:
    """Each password and key is a variable's name; in the list of variables it is left empty."""
    lines = deployment()["environment.example"].splitlines()
    secret = [line for line in lines if any(word in line for word in ("PASSWORD=", "KEY=", "KEY_ID="))]
    assert len(secret) == 4
    assert all(line.endswith("=") for line in secret)
    database = _settings(deployment()["dagster.yaml"])["storage"]["postgres"]["postgres_db"]
    assert {key for key, value in database.items() if not isinstance(value, dict)} == {"scheme"}


def test_the_workspace_names_one_code_server_by_the_name_that_the_view_uses() -> None:
    """Services and `foundry ui` share schedules and history, because the location has the same name."""
    (location,) = _settings(deployment()["workspace.yaml"])["load_from"]
    assert location["grpc_server"]["location_name"] == "foundry"


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    """What a person wrote is left as it is and told as another one; a second time changes nothing."""
    write(tmp_path, {"dagster.yaml": "mine: true\n"})
    first, second = place_deployment(tmp_path), place_deployment(tmp_path)
    assert [(one.file.name, one.is_new, one.is_other) for one in first] == [
        ("dagster.yaml", False, True),
        ("workspace.yaml", True, False),
        ("environment.example", True, False),
    ]
    assert [(one.is_new, one.is_other) for one in second] == [(False, True), (False, False), (False, False)]
    assert (tmp_path / "dagster.yaml").read_text("utf-8") == "mine: true\n"
