"""Who may use which route: the policies of all rooms put together. What is not here is refused."""

PUBLIC: frozenset[str] = frozenset({"healthz"})
ROLES: dict[str, frozenset[str]] = {}
