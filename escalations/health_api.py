"""How far behind the house is, over HTTP: the figures of the page, for programs that hold a token."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from escalations.health import Health, health
from users import clock


class HealthSerializer(serializers.Serializer[Health]):
    """Ages are in seconds; null: there is nothing to be old."""

    due = serializers.IntegerField(help_text="Complaints that are due and not yet looked at.")
    due_age = serializers.FloatField(allow_null=True, help_text="Since when the oldest of them is due.")
    sweep_age = serializers.FloatField(allow_null=True, help_text="Since when no sweep has run to its end.")
    mail_waiting = serializers.IntegerField(help_text="Mails that wait in the outbox.")
    mail_age = serializers.FloatField(allow_null=True, help_text="Since when the oldest mail could go out.")
    mail_failed = serializers.IntegerField(help_text="Mails that were given up.")
    set_aside = serializers.IntegerField(help_text="Complaints the sweep could not settle.")
    canary_late = serializers.BooleanField(help_text="True when the hourly test limit passed unseen.")
    skew = serializers.FloatField(help_text="How far the web machine's clock is ahead of the database's.")
    behind = serializers.CharField(allow_blank=True, help_text="One sentence while what is due waits; else empty.")
    trouble = serializers.CharField(allow_blank=True, help_text="One sentence when limits may pass unseen; else empty.")


class HealthView(APIView):
    """What is late, and since when."""

    @extend_schema(responses=HealthSerializer)
    def get(self, request: Request) -> Response:
        """Answer how far behind the house is at this moment, by the database's clock."""
        return Response(HealthSerializer(health(clock.now())).data)
