"""Beginning: what is found below a folder, and the catalog that is written for it."""
