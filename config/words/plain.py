"""Small words that no rule finds in the code, each with where it is said."""

from __future__ import annotations

PLAIN = {
    "us": "complaints/models/complaint.py", "customer": "complaints/models/complaint.py",
    "approved": "complaints/steps.py", "answered": "complaints/steps.py",
    "started": "complaints/telling.py", "yes": "users/changes.py", "no": "users/changes.py",
    "counted": "regulations/engine/strip.py", "weekend": "regulations/engine/strip.py",
    "holiday": "regulations/engine/strip.py", "paused": "regulations/engine/strip.py", "due": "regulations/engine/strip.py",
    "rule": "regulations/models.py", "calendar": "regulations/models.py", "target": "regulations/models.py",
    "earlier": "complaints/studio/comparing.py", "later": "complaints/studio/comparing.py",
    "gained": "complaints/studio/comparing.py", "lost": "complaints/studio/comparing.py",
    "and": "config/words/saying.py", "or": "config/words/saying.py",
    "end of {day} ({place})": "complaints/templatetags/clocks.py",
    "stands still, {left} left": "complaints/templatetags/clocks.py",
    "Our target, {title}: {due}": "complaints/templatetags/clocks.py",
    "{span} ago": "complaints/templatetags/clocks.py", "just now": "complaints/templatetags/clocks.py",
    "{span} left": "complaints/chips.py",
}  # fmt: skip
