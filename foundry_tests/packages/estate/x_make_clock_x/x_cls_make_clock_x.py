import json
from pathlib import Path

from .zones.known import ZONES


class XClsMakeClockX:
    def run(self):
        return json.loads(Path(__file__).with_name("faces").joinpath("round.json").read_text("utf-8")) | ZONES
