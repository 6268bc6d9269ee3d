"""Provenance of a release in the forms that other tools read: in-toto with SLSA, and CycloneDX.

Add here what the assets use.
Not here: the foundry's own evidence, from which both are made.
"""

from foundry_assets.craft.provenance.bill import bill_of_materials
from foundry_assets.craft.provenance.statement import Build, Material, Statement, statement_of

__all__ = ["Build", "Material", "Statement", "bill_of_materials", "statement_of"]
