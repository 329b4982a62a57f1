from django.apps import AppConfig


class HouseConfig(AppConfig):
    """The house itself: where the system checks are registered."""

    name = "config"
    label = "house"
