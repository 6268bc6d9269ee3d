"""Mirrors foundry_assets/craft/typing_signal."""
