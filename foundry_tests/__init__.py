"""What the foundry promises, as tests; the folders mirror `foundry_assets`."""
