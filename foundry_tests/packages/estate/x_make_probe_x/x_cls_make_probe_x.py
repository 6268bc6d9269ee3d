"""Needs x_make_common_x, which its entry does not declare."""

import json

from x_make_common_x.json_contracts import check


class XClsMakeProbeX:
    def run(self):
        return check(json.loads("{}"))
