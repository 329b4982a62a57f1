"""What the tests of complaints share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from complaints.models import Complaint


@pytest.fixture
def guard_put_back(db: None) -> Iterator[None]:
    """Another thread ends its own refresh of a row before each of our statements.

    Its end puts django-fsm's guard of the state back, which is one for all threads of the process.
    """
    state: Any = Complaint._meta.get_field("state")

    def put_back(execute: Callable[..., object], *given: object) -> object:
        state.protected = True
        return execute(*given)

    with connection.execute_wrapper(put_back):
        yield
