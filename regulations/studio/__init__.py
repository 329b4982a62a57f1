"""Where admins change the law's data: drafts, their check, and publishing by a second person."""
