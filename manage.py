#!/usr/bin/env python
"""Django's command line for Redress. `./redress manage` runs it with servers up."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> int:
    """Run the command; say a missing setting in one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["deadlines"]:
        # It answers from packs alone: no database, no secret, so it needs none.
        os.environ.setdefault("REDRESS_MODE", "local")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error} On your own machine, `./redress manage` sets what is needed.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
