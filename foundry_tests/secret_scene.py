"""A house, an index and a person with a secret, for tests that look for it everywhere afterwards.

Add here another way to declare a credential, or to make a release end badly.
Not here: looking for the secret (secret_search), and what must hold (test_secret_search).
"""

from __future__ import annotations

import base64
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundry_tests.faulty_index import FaultyIndex
from foundry_tests.secret_search import forms_of
from foundry_tests.story_fixtures import PACKAGES, House

PASSWORD = "hx7Q/93kd+canary=&%41'p\"Lz8Vw2"
TOKEN = "pypi-" + base64.urlsafe_b64encode(bytes([2, 1, 16]) + b"packages.example" + b"canary" * 8).decode()
CATALOG = """
[indexes.company]
upload_url = "{index.upload_url}"
simple_url = "{index.simple_url}"

[[package]]
name = "story-quick"
source = "source"
index = "company"
"""


@dataclass
class Scene:
    """A house with a catalog, an index that fails as told, and a person's home with their credential."""

    house: House
    faulty: FaultyIndex
    person: Path
    patch: pytest.MonkeyPatch
    username: str = "alice"
    secret: str = PASSWORD
    variable: str = ""

    @property
    def forms(self) -> dict[str, bytes]:
        """What is looked for."""
        return forms_of(self.username, self.secret)

    def pypirc(self, mode: int = 0o600) -> None:
        """Write the person's `.pypirc`."""
        file = self.person / ".pypirc"
        file.write_text(f"[distutils]\nindex-servers = company\n[company]\nusername = {self.username}\n")
        with file.open("a") as stream:
            stream.write(f"repository = {self.faulty.index.upload_url}\npassword = {self.secret}\n")
        file.chmod(mode)


def declare(scene: Scene, source: str) -> None:
    """Declare the credential in one of the ways in which people do."""
    if source == "TWINE_API_TOKEN":
        scene.username, scene.secret = "__token__", TOKEN
        scene.patch.setenv("TWINE_API_TOKEN", TOKEN)
    elif source == "a named variable":
        scene.username, scene.secret, scene.variable = "__token__", TOKEN, "ESTATE_TOKEN"
        scene.patch.setenv("ESTATE_TOKEN", TOKEN)
    elif source == ".pypirc":
        scene.pypirc()
    else:
        scene.patch.setenv("TWINE_USERNAME", scene.username)
        scene.patch.setenv("TWINE_PASSWORD", scene.secret)


def echo(scene: Scene) -> str:
    """Give what an index says that repeats all that it was sent."""
    forms = scene.forms
    return "".join(
        f"<p>{forms[name].decode()}</p>" for name in ("plain", "Basic", "percent", "percent, with slashes")
    )


def failing_canary(scene: Scene) -> None:
    """Put in place of the package one whose build tells all that it was given, and fails."""
    source = scene.house.root / "source"
    shutil.rmtree(source)
    shutil.copytree(PACKAGES / "canary", source, ignore=shutil.ignore_patterns("__pycache__"))
    with (source / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("\n[tool.canary]\nfail = true\n")
    text = CATALOG.format(index=scene.faulty.index).replace("story-quick", "canary-pkg")
    scene.house.catalog(text)
