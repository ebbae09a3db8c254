"""What leaves the site says where and when in full: whole addresses, times with their zone.

Knows neither articles nor the formats that hold them.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def moment(when: date) -> str:
    """A day, or a time in the site's zone (W3C, « Date and Time Formats »); the later sorts later."""
    if isinstance(when, datetime):
        return timezone.localtime(when).isoformat(timespec="seconds")
    return when.isoformat()
