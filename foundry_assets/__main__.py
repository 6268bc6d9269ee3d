"""`python -m foundry_assets`: the same as the command `foundry`.

Add nothing here.
Not here: commands (cli).
"""

from foundry_assets.cli import main

if __name__ == "__main__":
    main()
