"""How each thing is done, with no Dagster in it.

Add here one module a craft: staging, building, probing, uploading and so on.
Not here: assets and checks (they call this), the store, and anything that decides whether to publish.
"""
