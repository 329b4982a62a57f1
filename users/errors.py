"""What a step can answer instead of yes. Each carries a sentence for the person at the screen."""


class Refused(Exception):
    """The step is not possible now (409)."""


class Stale(Refused):
    """Somebody else changed the complaint since the form was opened (409)."""


class NotAllowed(Exception):
    """This person may not do this (403)."""


class NotVisible(Exception):
    """For this person the object does not exist (404)."""
