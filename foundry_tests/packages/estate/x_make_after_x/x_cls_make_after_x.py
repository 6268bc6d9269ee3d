"""Depends on x_make_probe_x, which cannot be released."""

from x_make_probe_x.x_cls_make_probe_x import XClsMakeProbeX


class XClsMakeAfterX:
    def run(self):
        return XClsMakeProbeX().run()
