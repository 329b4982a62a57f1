"""A mail server for those who need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.correspondence.smtp import MailServer, a_mail_server


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """Send through a real mail server on this machine."""
    with a_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
        yield server
