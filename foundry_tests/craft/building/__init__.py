"""Tests of `foundry_assets.craft.building`, one module a module."""
