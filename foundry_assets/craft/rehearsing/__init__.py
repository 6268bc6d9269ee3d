"""The monthly rehearsal's own craft: fresh tools, a dress rehearsal with an index, what is told of both.

Add here the public names; the work is in the modules beside this one.
Not here: running the line for a package (launching/rehearsal), and Dagster's part (assets/rehearsal_report).
"""

from foundry_assets.craft.rehearsing.comparing import deviations_between
from foundry_assets.craft.rehearsing.form import Deviation, PackageRehearsed, RehearsalPlan, RehearsalReport

__all__ = ["Deviation", "PackageRehearsed", "RehearsalPlan", "RehearsalReport", "deviations_between"]
