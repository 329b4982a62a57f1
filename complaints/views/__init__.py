"""The workbench: queue, case, steps, letters, clocks, files."""

from users.requests import StaffRequest

__all__ = ["StaffRequest"]
