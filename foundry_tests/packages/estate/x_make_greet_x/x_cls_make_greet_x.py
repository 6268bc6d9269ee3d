from x_make_common_x.json_contracts import check
from x_make_words_x.x_cls_make_words_x import XClsMakeWordsX

from x_make_greet_x.polite import polite


class XClsMakeGreetX:
    def run(self, payload):
        return polite(XClsMakeWordsX().run()[0]) if check(payload) else ""
