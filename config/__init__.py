"""Wiring only: settings, urls, the API's assembly, the Celery app, system checks."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
