"""Environments in which archives are built: every backend in its newest version, and old setuptools.

Add here an environment that several tests of typing files share, because making it costs more than a build.
Not here: building in it (archives).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundry_assets.craft.environments import FreshEnvironment

_BACKENDS = (
    "setuptools>=69",
    "hatchling",
    "flit_core",
    "poetry-core>=2",
    "pdm-backend",
    "uv_build",
    "scikit-build-core",
)


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> FreshEnvironment:
    """Give one environment with every backend."""
    return _environment(tmp_path_factory, *_BACKENDS)


@pytest.fixture(scope="session")
def old_setuptools(setuptools_of: Callable[[str], FreshEnvironment]) -> FreshEnvironment:
    """Give an environment with the last setuptools that includes no typing files by itself."""
    return setuptools_of("68.2.2")


@pytest.fixture(scope="session")
def setuptools_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], FreshEnvironment]:
    """Give environments with a setuptools of one version, each made once."""
    made: dict[str, FreshEnvironment] = {}

    def give(version: str) -> FreshEnvironment:
        if version not in made:
            made[version] = _environment(tmp_path_factory, f"setuptools=={version}", "wheel")
        return made[version]

    return give


def _environment(factory: pytest.TempPathFactory, *requirements: str) -> FreshEnvironment:
    folder = factory.mktemp("backends")
    environment = FreshEnvironment(folder / "environment", home=folder / "home")
    environment.install(requirements)
    return environment
