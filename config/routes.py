"""Who may use which route: the policies of all rooms put together. What is not here is refused."""

from __future__ import annotations

from complaints import policy as complaints
from complaints.studio import policy as studio
from config import api
from correspondence import policy as correspondence
from escalations import policy as escalations
from escalations.desk import policy as desk
from escalations.studio import policy as escalation_policy
from insights import policy as insights
from regulations import policy as regulations
from users import policy as users
from users.policy import EVERYONE, Access

PUBLIC: frozenset[str] = frozenset({"healthz", "metrics", "users:sign_in", "users:theme", "users:language"})
ROUTES: dict[str, Access] = {
    "home": Access(read=EVERYONE),
    **users.ROUTES,
    **regulations.ROUTES,
    **correspondence.ROUTES,
    **complaints.ROUTES,
    **studio.ROUTES,
    **escalations.ROUTES,
    **desk.ROUTES,
    **escalation_policy.ROUTES,
    **insights.ROUTES,
    **api.ROUTES,
}
