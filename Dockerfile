# syntax=docker/dockerfile:1
# The production image: only what requirements.txt pins, nothing of the launcher, tests or local servers.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.txt
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY . .
# The key is needed to read the settings and is used for nothing else; the image holds no secret.
# Left out is what no page of ours loads: compressing it takes longer than all the rest.
RUN REDRESS_MODE=production SECRET_KEY=only-while-building STATIC_ROOT=/app/staticfiles python manage.py collectstatic --no-input -v 0 --ignore redoc --ignore rest_framework
RUN python -m compileall -q config insights escalations complaints correspondence regulations users

FROM python:3.12-slim
RUN groupadd --gid 10001 redress && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp redress \
    && install -d -o redress -g redress -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    TMPDIR=/tmp \
    PORT=8000 \
    REDRESS_MODE=production \
    REDRESS_VAR=/data \
    STATIC_ROOT=/app/staticfiles
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "docker/healthcheck.py"]
# gunicorn listens on 0.0.0.0:$PORT.
CMD ["gunicorn", "config.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--access-logfile", "-", "--no-control-socket"]
