"""`python -m foundry_assets.craft.uploading`: the upload process, as the process that releases starts it.

Add here what must come before its modules are loaded.
Not here: what it does (worker), and starting it (process).
"""

from foundry_assets.garbage import collect_rarely

if __name__ == "__main__":
    collect_rarely()
    from foundry_assets.craft.uploading.worker import main

    main()
