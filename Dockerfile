# One file, one target a role: trainer, components, django. Each installs by the same
# script and locks as `make setup`. Build from the project's root:
#   docker build --target trainer -t REGISTRY/python-trainer:0.1.0 .
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PATH=/trackless/.venv/bin:$PATH
WORKDIR /trackless
COPY . .

FROM base AS components
RUN python3 requirements/install.py app

FROM components AS trainer
RUN apt-get update && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/* \
    && /usr/local/bin/python3 requirements/install.py trainer
ENV TRACKLESS_TRAINER_PYTHON=/trackless/.venv-trainer/bin/python

FROM components AS django
RUN useradd --create-home trackless
USER trackless
ENV PORT=8080
CMD ["sh", "-c", "exec gunicorn ml_platform.wsgi --bind 0.0.0.0:$PORT --workers 2 --threads 8"]
