# One file, one target a role: trainer, dataflow, components, django. Each installs by
# the same script and locks as `make setup`. Build from the project's root:
#   docker build --target trainer -t REGISTRY/python-trainer:0.1.0 .
FROM python:3.11-slim-bookworm AS base
# Compiled once here, or every step of every run would compile TFX anew at its start.
ENV PYTHONUNBUFFERED=1 UV_COMPILE_BYTECODE=1 PATH=/trackless/.venv/bin:$PATH
WORKDIR /trackless
COPY . .

FROM base AS components
RUN python3 requirements/install.py app

FROM components AS trainer
RUN apt-get update && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/* \
    && /usr/local/bin/python3 requirements/install.py trainer
ENV TRACKLESS_TRAINER_PYTHON=/trackless/.venv-trainer/bin/python

# Workers of a Dataflow job: the trainer, started by Beam's own program of the version
# in the lock. https://cloud.google.com/dataflow/docs/guides/build-container-image
FROM trainer AS dataflow
COPY --from=apache/beam_python3.11_sdk:2.72.0 /opt/apache/beam /opt/apache/beam
ENV PATH=/trackless/.venv-trainer/bin:$PATH RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT=1
ENTRYPOINT ["/opt/apache/beam/boot"]

FROM components AS django
ENV TRACKLESS_STATIC_ROOT=/trackless/staticfiles
RUN useradd --create-home trackless
RUN TRACKLESS_SECRET_KEY=of-no-server python manage.py collectstatic --no-input
USER trackless
ENV PORT=8080
CMD ["sh", "-c", "exec gunicorn ml_platform.wsgi --bind 0.0.0.0:$PORT --preload --workers 2 --threads 4 --limit-request-line 8190"]
