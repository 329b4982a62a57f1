"""What is done with a file while it comes in."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class StopsAtTheLimit(FileUploadHandler):
    """Lets go of a file that is larger than may be kept as soon as that is known: a gigabyte never reaches the disk."""

    seen = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > settings.ATTACHMENT_MAX_BYTES:
            self.request.too_large = self.file_name or "The file"  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""


def too_large(request: HttpRequest) -> str:
    """Return what to tell about a file that was let go; "" when none was."""
    if not (name := getattr(request, "too_large", "")):
        return ""
    most = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
    return f"“{name[-80:]}” is larger than {most} MB and was not kept. Send it in parts, or a smaller copy."
