"""The Django project that caches and shows training runs."""
