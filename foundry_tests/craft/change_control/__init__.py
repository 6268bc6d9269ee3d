"""Tests of `foundry_assets.craft.change_control`, one module a module."""
