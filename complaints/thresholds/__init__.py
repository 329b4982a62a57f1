"""When the house wants to be told of a complaint, and whom: the escalation policy, read and counted."""
