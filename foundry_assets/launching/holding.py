"""The job `lift_hold`: a person's written reason that opens a held release again, from the UI.

Add here what a person may do about a hold by launching a job.
Not here: what a hold means (evidence), and the same at the terminal (cli/holding).
"""

import getpass

import dagster as dg
from pydantic import Field

from foundry_assets import evidence
from foundry_assets.errors import FoundryError
from foundry_assets.hold_page import CORRECTION, correction_form, show_correction
from foundry_assets.home import Foundry
from foundry_assets.release import Release
from foundry_assets.settling import anchor
from foundry_assets.step_ends import show_page
from foundry_assets.store import ArtefactStore

HOLDING_JOB = "lift_hold"


class CorrectionForm(dg.Config):
    """What a correction asks of a person."""

    release: str = Field(description="The release that is held, as demo-pkg==0.1.0.")
    index: str = Field(description="The name of the index where it is held.")
    because: str = Field(description="What was found out and what has changed; kept as evidence.")


@dg.op(name=CORRECTION)
def write_correction(
    context: dg.OpExecutionContext,
    config: CorrectionForm,
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> None:
    """Write the correction that lifts the standing hold; nothing is sent.

    The next `release` run asks the index first and sends only files that it does not hold.
    """
    try:
        known = store if store.root else ArtefactStore(root=foundry.store_root)
        shelf = known.shelf(Release.parse(config.release)).of_run(context.run_id)
        by = f"{getpass.getuser()}, by run {context.run_id}"
        correction = evidence.lift_hold(shelf, config.index, because=config.because, by=by)
        published = anchor(foundry.home, shelf)
    except FoundryError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    show_correction(context.instance, correction)
    if published:
        show_page(context.instance, shelf.release, published)
    context.log.info(
        f"{shelf.release} at {config.index}: hold {correction.number} is lifted; the next `release` run "
        "sends what is absent"
    )


@dg.job(
    name=HOLDING_JOB,
    description="Lifts the hold that a failed or doubtful upload left, with your written reason.",
    tags={"dagster/max_retries": "0", "dagster/max_runtime": "600"},
    config=correction_form(),
    executor_def=dg.in_process_executor,
)
def lift_hold() -> None:
    """Write one correction."""
    write_correction()
