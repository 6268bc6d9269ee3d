"""`python -m foundry_assets.craft.uploading`: the upload process, as the process that releases starts it.

Add here what must come before its modules are loaded.
Not here: what it does (worker), starting it (process), and forking it (fork_server).
"""

import sys

from foundry_assets.garbage import collect_rarely

if __name__ == "__main__":
    collect_rarely()
    from foundry_assets.craft.uploading.fork_server import FORKS, serve
    from foundry_assets.craft.uploading.worker import main

    (serve if FORKS in sys.argv else main)()
