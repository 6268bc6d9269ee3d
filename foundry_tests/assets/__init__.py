"""The assets and their gates, each in a run of the real line."""
