"""The queue: which complaints a person sees, in the order they choose, page by page without a ceiling."""

from complaints.queues.arrivals import COOKIE, Seen, saved
from complaints.queues.counting import CAP, Overview, Scalar, arrivals, capped, in_one, overview, saved_views, scalar
from complaints.queues.days import Day, day_of, days, within
from complaints.queues.filters import VIEWS, Filters, Listing, Ranges, listing, queue, ranges, said_span
from complaints.queues.narrowing import Facets, facets
from complaints.queues.paging import LAW, ORDERS, PAGE, Cursor, Order, Page, branches, nearest, page
from complaints.queues.rows import Keys, as_rows, clocks_of, open_clocks, whole_rows
from complaints.queues.spots import Spot, spot

__all__ = [
    "CAP",
    "COOKIE",
    "LAW",
    "ORDERS",
    "PAGE",
    "VIEWS",
    "Cursor",
    "Day",
    "Facets",
    "Filters", "Keys",
    "Listing",
    "Order",
    "Overview",
    "Page",
    "Ranges",
    "Scalar",
    "Seen", "Spot",
    "arrivals",
    "as_rows",
    "branches",
    "capped",
    "clocks_of",
    "day_of",
    "days",
    "facets",
    "in_one",
    "listing",
    "nearest",
    "open_clocks",
    "overview",
    "page",
    "queue",
    "ranges",
    "said_span",
    "saved",
    "saved_views",
    "scalar",
    "spot",
    "whole_rows",
    "within",
]  # fmt: skip
