"""Tests of `foundry_assets.craft.summary`, one module a module."""
