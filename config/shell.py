"""What every page shows around itself."""

from __future__ import annotations

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """Return the theme the person chose; the sidebar follows with the pages."""
    return {"theme": request.COOKIES.get("theme", "system")}
