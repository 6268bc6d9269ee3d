from .x_cls_make_clock_x import XClsMakeClockX

__all__ = ["XClsMakeClockX"]
