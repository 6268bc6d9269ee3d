from x_make_greet_x.x_cls_make_greet_x import XClsMakeGreetX
from x_make_table_x.x_cls_make_table_x import XClsMakeTableX


class XClsMakeReportX:
    def run(self):
        return XClsMakeTableX().run([XClsMakeGreetX().run({"command": "x"}), "."])
