"""Filters that write a value as the presenters do."""

from datetime import datetime

from django import template
from django.utils import timezone

from ml_platform.experiments.presenters import numbers

register = template.Library()


@register.filter
def age(at: datetime) -> str:
    """Returns how long ago a moment was: `48 s`, `3 min`, `2 h`, `5 days`."""
    return numbers.age(timezone.now() - at)
