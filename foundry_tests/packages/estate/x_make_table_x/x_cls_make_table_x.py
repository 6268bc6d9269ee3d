from importlib.resources import files

from x_make_table_x import columns


class XClsMakeTableX:
    def run(self, rows):
        layout = files("x_make_table_x").joinpath("layouts/plain.txt").read_text("utf-8").strip()
        return layout.join(columns.widened(rows))
