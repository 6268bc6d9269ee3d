"""Its entry names an ancillary file that is not there."""


class XClsMakeGhostX:
    def run(self):
        return "boo"
