"""The seven artefacts of a release, one module each, in the order in which they come to be.

Add here a module for a new artefact, and its place in `line`.
Not here: how an artefact is made (craft), and the gates that cost something (checks).
"""

from foundry_assets.assets.pypi_probe import pypi_probe
from foundry_assets.assets.sdist import sdist
from foundry_assets.assets.staged_workspace import staged_workspace
from foundry_assets.assets.stubbed_tree import stubbed_tree
from foundry_assets.assets.summary_json import summary_json
from foundry_assets.assets.upload_receipt import upload_receipt
from foundry_assets.assets.wheel import wheel

line = [staged_workspace, stubbed_tree, sdist, wheel, pypi_probe, upload_receipt, summary_json]

__all__ = ["line"]
