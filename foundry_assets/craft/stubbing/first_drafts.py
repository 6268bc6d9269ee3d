"""First drafts: what the checkers infer where no marker holds them back, written down and put to the test.

Add here who is asked for a filling, and in which state of the package.
Not here: which answer fills which hole (filling), and whether a stub does harm (dropping).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foundry_assets.craft.stubbing.asking import Asking
from foundry_assets.craft.stubbing.assignability import Trial
from foundry_assets.craft.stubbing.checkers import Answers, known
from foundry_assets.craft.stubbing.drafts import Draft
from foundry_assets.craft.stubbing.filling import answered, fills_of, with_clones
from foundry_assets.craft.stubbing.holes import Hole
from foundry_assets.craft.stubbing.looking import Onlooker
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_assets.craft.stubbing.wish import FILLING, FREE, MARKED


def first_drafts(asking: Asking, modules: Sequence[str], view: ConsumerView) -> dict[str, Draft]:
    """Draft the stubs of modules; raises `CheckerFailed`."""
    if not modules:
        return {}
    sources = asking.wish.sources
    files = sources.files()
    files |= {sources.by_name[name].place: with_clones(sources.by_name[name]) for name in modules}
    unmarked = {place: text for place, text in files.items() if not place.endswith("py.typed")}
    onlooker = Onlooker(view, asking.sheets(with_clones=True), unmarked)
    free = onlooker.look([FILLING, FREE]).answers
    markers = {f"{source.root.name.replace('.', '/')}/py.typed" for source in asking.shown}
    told = [
        free[FILLING.name],
        free[FREE.name],
        onlooker.look([MARKED], markers=markers).answers[MARKED.name],
    ]
    drafts = {
        name: Draft(
            sources.by_name[name],
            asking.used(name),
            asking.holes[name],
            fills_of(sources.by_name[name], asking.holes[name], told, sources),
        )
        for name in modules
    }
    put_to_the_test(drafts, view, unmarked, free[FILLING.name])
    for draft in drafts.values():
        draft.dropped = "" if draft.is_sound else "its stub could not be parsed"
    return drafts


def put_to_the_test(
    drafts: Mapping[str, Draft], view: ConsumerView, files: Mapping[str, str], filled_by_first: Answers
) -> None:
    """Open the holes whose filling does not take what was inferred, by the word of who inferred it."""
    trials = {name: Trial(draft.source, draft.holes, draft.fills) for name, draft in drafts.items()}
    seen = Onlooker(view, [trial.sheet for trial in trials.values()], files).look([FILLING, FREE])
    for name, draft in drafts.items():
        unknown = {hole.key for hole in draft.holes if not _is_known(name, hole, filled_by_first)}
        refused = {*trials[name].refused(seen.answers[FILLING.name])}
        refused |= unknown.intersection(trials[name].refused(seen.answers[FREE.name]))
        for key in refused:
            del draft.fills[key]


def _is_known(module: str, hole: Hole, answers: Answers) -> bool:
    type_ = answered(hole, known(answers, (module, hole.asked)).type)
    return type_ is not None and not type_.is_hole
