from x_make_common_x.telemetry.events import make_event


class XClsMakeCommonX:
    def run(self):
        return make_event("common")
