"""The driver under the name that scripts import: `from x_cls_make_pypi_x import XClsMakePypiX`.

Add here nothing: the build puts this folder beside `foundry_assets` too, in wheels and editable installs.
Not here: the driver itself (driver).
"""

from foundry_assets.driver import NotReleased as NotReleased
from foundry_assets.driver import XClsMakePypiX as XClsMakePypiX

__all__ = ["NotReleased", "XClsMakePypiX"]
