"""The WSGI application that gunicorn serves, with its views loaded."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ml_platform.settings")
application = get_wsgi_application()
# Django itself imports them when a process has its first request, which waits for it.
URL_PATTERNS = get_resolver().url_patterns
