"""Sending files to an index: one POST a file, in a process that ends soon and alone reads the secret.

Add here another step between a file and an index's answer.
Not here: deciding whether a file may be sent (assets), and what the index holds (craft/probing).
"""

from __future__ import annotations

from foundry_assets.craft.uploading.answer import Answer
from foundry_assets.craft.uploading.answer_table import Verdict
from foundry_assets.craft.uploading.answers import Judged, judge
from foundry_assets.craft.uploading.prepared import Prepared
from foundry_assets.craft.uploading.process import UploadProcess
from foundry_assets.craft.uploading.progress import SendingTold

__all__ = ["Answer", "Judged", "Prepared", "SendingTold", "UploadProcess", "Verdict", "judge"]
