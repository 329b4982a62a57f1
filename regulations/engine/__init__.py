"""The rule engine: pure Python, no Django. clocks(rules, facts, events, calendars) -> clocks."""
