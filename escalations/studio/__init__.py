"""Where admins change the escalation policy: drafts, their rehearsal, and publishing by a second person."""
