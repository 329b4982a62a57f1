"""Demonstration data: a firm, its people, and complaints in every state, made through the services."""
