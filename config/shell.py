"""What every page shows around itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from config.routes import ROUTES
from escalations.policy import notices
from users.interface_languages import LANGUAGES

# label, route, icon, and the key that goes there after "g".
NAV = (
    ("Home", "desk:home", "home", "h"),
    ("Queue", "complaints:queue", "queue-list", "q"),
    ("Tasks", "complaints:tasks", "clipboard-document-list", "t"),
    ("New complaint", "complaints:register", "plus-circle", "c"),
    ("Escalations", "escalations:queue", "flag", "e"),
    ("Lead's desk", "desk:board", "user-group", "d"),
    ("Hand-overs", "desk:hand_overs", "arrows-right-left", "w"),
    ("Insights", "insights:overview", "chart-bar", "i"),
    ("Rules", "rules:list", "scale", "r"),
    ("Studio", "studio:home", "pencil-square", "s"),
    ("People", "users:people", "users", "p"),
    ("Outbox", "correspondence:outbox", "envelope", "o"),
    ("Texts", "complaints:texts", "document-duplicate", "x"),
    ("Macros", "complaints:macros", "bolt", "m"),
    ("Webhooks", "webhooks:list", "arrow-up-on-square", "k"),
)
# What the bar at the foot of a phone has room for; the rest stands behind its "More".
ON_BAR = frozenset({"desk:home", "complaints:queue", "complaints:tasks", "escalations:queue"})
# Pages that lie under a line of the side bar but not in its room's front page.
UNDER = {
    "home": "complaints:queue", "users:person": "users:people", "users:person_new": "users:people",
    "users:person_work": "users:people", "complaints:text": "complaints:texts", "complaints:macro": "complaints:macros", "complaints:macro_new": "complaints:macros", "complaints:text_new": "complaints:texts", "desk:person": "desk:board", "desk:distribute": "desk:board",
    "desk:review": "desk:board", "desk:hand_over": "desk:hand_overs", "desk:reassign": "desk:board",
    "desk:answer": "desk:hand_overs",
}  # fmt: skip
FRONT = {route.partition(":")[0]: route for _, route, _, _ in reversed(NAV) if not route.startswith("users:")}
THEMES = (
    ("system", "computer-desktop", "As the system"),
    ("light", "sun", "Light"),
    ("dark", "moon", "Dark"),
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the side bar."""

    label: str
    url: str
    icon: str
    key: str
    current: bool
    on_bar: bool


def shell(request: HttpRequest) -> dict[str, object]:
    """Return the theme, the side bar this role has, and how many notices are unread."""
    theme = request.COOKIES.get("theme", "system")
    known = {key for key, _, _ in THEMES}
    told: dict[str, object] = {"theme": theme if theme in known else "system", "themes": THEMES, "now": timezone.now()}
    told |= {"languages": LANGUAGES, "spoken": get_language()}
    viewer = getattr(request, "user", None)
    if viewer is None or not viewer.is_authenticated:
        return told
    here = section(request.resolver_match.view_name if request.resolver_match else "")
    nav = [
        NavItem(label, reverse(route), icon, key, here == route, route in ON_BAR)
        for label, route, icon, key in NAV
        if route in ROUTES and viewer.role in ROUTES[route].read
    ]
    behind = [item for item in nav if not item.on_bar]
    # It came with the person of the session (config/people.py); only who just signed in is asked about.
    unread = getattr(viewer, "notices_unread", None)
    unread = notices(viewer).filter(read_at=None).count() if unread is None else unread
    return {**told, "viewer": viewer, "nav": nav, "nav_behind": behind, "notices_unread": unread}


def section(name: str) -> str:
    """Return the side bar's route that the page with this name belongs to; "" for none."""
    if any(name == route for _, route, _, _ in NAV) or name in UNDER:
        return UNDER.get(name, name)
    return (
        ""
        if name.startswith(("escalations:notice", "escalations:mail_wish"))
        else FRONT.get(name.partition(":")[0], "")
    )
