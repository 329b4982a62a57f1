"""Tells Docker whether the web server of this container answers and reaches the database."""

import os
import sys
import urllib.request

# Django refuses a host it does not know, so ask by the first name it does.
host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
request = urllib.request.Request(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz")
if host not in {"", "*"}:
    request.add_header("Host", host)
try:
    with urllib.request.urlopen(request, timeout=8) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    print(error)
    sys.exit(1)
