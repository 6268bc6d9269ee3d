"""How often Python looks for circular garbage in a process of ours.

Add here nothing else.
Not here: what processes do, and how they end (subprocesses, launching).
"""

import atexit
import gc

_NEW_OBJECTS = 500_000


def collect_rarely() -> None:
    """Look for circular garbage after many objects instead of seven hundred.

    Loading Dagster makes a million objects that all stay; looking through them again and again takes a fifth
    of a short command's time, and as much once more when the process ends, where nothing is worth collecting.
    What is left lying in between is some tens of megabytes at most.
    """
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
    atexit.register(gc.freeze)
