"""The tag that names a page's script."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ml_platform.experiments.modules import joined

register = template.Library()


@register.simple_tag
def page_script(name: str) -> SafeString:
    """Returns the element that runs a script once the page is read.

    While debugging the script is made anew for each page: edit, then reload.
    """
    if settings.DEBUG:
        joined.cache_clear()
    address = reverse("experiments:script", args=(joined(name).digest, name))
    return format_html('<script type="module" src="{}"></script>', address)
