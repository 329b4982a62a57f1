"""Where Celery finds its broker."""

from config import env

broker_url = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
