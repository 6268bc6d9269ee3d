"""The release foundry: every artefact of a Python package release is a Dagster asset with lineage.

A release begins with a package's source, which is copied and never touched (`staged_workspace`).
The copy gains what tells type checkers about it (`stubbed_tree`).
From that tree comes the source distribution (`sdist`), and from the sdist alone the `wheel`.
Checks look at both, each leaving a verdict that names the very bytes it judged.
The index is asked what it holds (`pypi_probe`); only absent or identical files go on.
Every file is sent once, on the strength of the verdicts, and the answer is kept (`upload_receipt`).
What happened is told to people and to programs (`summary_json`, Change Control).
A failure leaves a hold, and only a person's written reason lifts it.
"""
