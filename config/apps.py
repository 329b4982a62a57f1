from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class HouseConfig(AppConfig):
    """The house itself: where the system checks are registered."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        """Find each room's checks.py, now that the models are there."""
        autodiscover_modules("checks")
