"""Tests of `foundry_assets.craft.stubbing`."""
