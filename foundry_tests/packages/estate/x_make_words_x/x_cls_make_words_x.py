from x_make_words_x.lists import GREETINGS


class XClsMakeWordsX:
    def run(self):
        return GREETINGS
