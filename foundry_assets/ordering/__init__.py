"""Batch orders: the JSON in which an orchestrator asks for releases, and the JSON that it is answered.

Add here the public names; the work is in the modules beside this one, in the order they are imported.
Not here: running what is ordered (launching).
"""

from foundry_assets.ordering.form import BatchOrder
from foundry_assets.ordering.needs import needs_of
from foundry_assets.ordering.placing import Placed, place
from foundry_assets.ordering.reading import OrderInvalid, read_order
from foundry_assets.ordering.result import OrderFailure, OrderResult

__all__ = [
    "BatchOrder",
    "OrderFailure",
    "OrderInvalid",
    "OrderResult",
    "Placed",
    "needs_of",
    "place",
    "read_order",
]
