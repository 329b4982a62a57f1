"""Tells Docker whether the web server of this container answers and reaches the database."""

import http.client
import os
import sys

# Django refuses a host it does not know, so ask by the first name it does.
host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
line = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=8)
try:
    line.request("GET", "/healthz", headers={"Host": host} if host not in {"", "*"} else {})
    sys.exit(line.getresponse().status != 200)
except (OSError, http.client.HTTPException) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(1)
