"""A mail server for those who need one, as in the room below."""

from tests.correspondence.conftest import mail_server

__all__ = ["mail_server"]
