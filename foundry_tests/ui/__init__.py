"""The view in the browser, started as people start it."""
