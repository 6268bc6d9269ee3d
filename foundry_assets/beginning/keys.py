"""The words of a first `foundry.toml`: each key that a person may want, and one line on what it does.

Add here every key that the catalog learns (a test tells which one is missing).
Not here: what a key may hold (catalog), and the packages of this very file (drafting).
"""

from __future__ import annotations

HEADER = (
    "The catalog of the release foundry: which packages there are, and where they go.",
    "A line that begins with `# ` and holds a key is a choice: take that beginning away to make it.",
)
AFTER_DEFAULTS = (
    ('owners = ["team:releases"]', "who answers for the packages; shown in the browser"),
    (
        'store = "s3://bucket/releases"',
        "where artefacts and records lie: a folder or an fsspec URL; else in the home",
    ),
    (
        'webhook = "$RELEASE_WEBHOOK"',
        "is called when a release fails or a rehearsal breaks: address, or $VARIABLE",
    ),
)
INDEX_REMARK = "where releases go: local, testpypi, pypi or the name of a table below"
INDEXES = (
    "An index of your own. pypi and testpypi need no table, and take `keyring` alone.",
    "[indexes.company]",
    ('upload_url = "https://packages.example/legacy/"', "takes what twine sends"),
    ('simple_url = "https://packages.example/simple/"', "is read before and after an upload (PEP 503, 691)"),
    ("keyring = true", "the keyring may be asked for the credential"),
    ("anonymous = false", "true: uploads need no credential"),
    ("attestations = true", "it takes attestations (PEP 740) with uploads"),
)
REHEARSAL = (
    "When the monthly rehearsal comes, once its schedule is started.",
    "[rehearsal]",
    ('cron = "0 6 1 * *"', "minute, hour, day, month, day of the week"),
    ('timezone = "UTC"', "of the IANA list"),
    ('index = "testpypi"', "what it rehearses for"),
)
PACKAGE = (
    "All that an entry may hold; `name` and `source` it must.",
    "[[package]]",
    ('name = "demo-pkg"', "as the index knows it"),
    (
        'source = "packages/demo-pkg"',
        'as seen from here, or { git = "...", ref = "v1.2.0", subdirectory = "..." }',
    ),
    ('index = "testpypi"', "where this one goes instead"),
    ("auto_release = false", "true: the sensor version_bumps may publish it without a person"),
    ('typing = "auto"', "auto, full, marker or off: which stubs and py.typed are added"),
    ('typing_modules = { "demo_pkg.legacy.*" = "off" }', "single modules otherwise"),
    ('intent = "Mends the reader."', "what a release is for, where no changelog says it"),
    "For a source that has no packaging metadata of its own:",
    ('main_file = "demo_pkg/main.py"', "its folder is the import package"),
    ('version = "1.2.0"', "the release's version"),
    (
        'metadata = { author = "", email = "", description = "", license = "MIT", requires_python = ">=3.11",'
        " dependencies = [] }",
        "what the source does not say",
    ),
    ('ancillary = ["README.md"]', "further files to take along"),
)
METADATA_CHOICE = (
    'metadata = { author = "", email = "", description = "", license = "MIT", dependencies = [] }'
)
"""The line that stands ready in the entry of a source without metadata."""
VERSION_CHOICE = 'version = "0.1.0"'
