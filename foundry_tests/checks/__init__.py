"""The gates that cost something."""
