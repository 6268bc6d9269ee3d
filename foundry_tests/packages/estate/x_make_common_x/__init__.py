from x_make_common_x.json_contracts import check

__all__ = ["check"]
