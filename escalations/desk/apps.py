from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "escalations.desk"
    label = "desk"
