"""How a call's body is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class WholeJSONParser(JSONParser):
    """JSON whose every word can be written down again; what cannot would break the answer that quotes it."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the body, or say in a sentence why it cannot be read."""
        try:
            told = super().parse(stream, media_type, parser_context)
            json.dumps(told, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("This JSON is nested too deeply.") from error
        except UnicodeEncodeError as error:
            raise ParseError("This JSON has half a character in it (a lone surrogate).") from error
        return told
