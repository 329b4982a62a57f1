"""What is written in the composer of a case: a reply, a note, or a question to another team."""

from __future__ import annotations

# The step each box takes, and the field of its form that the words go to. Drafts and standard texts go by the step.
BOXES: dict[str, str] = {"ask_customer": "question", "note": "text", "ask_task": "what"}
# Letters that may go to the customer where no question can be asked.
LETTERS = (
    "acknowledge", "resolve_summarily", "send_holding_response", "draft_final_response", "send_final_response",
)  # fmt: skip
