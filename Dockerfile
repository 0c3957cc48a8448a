# One image for `dondoc migrate`, `dondoc api` and `worker.py`; docker-compose.yml says which, and how each is watched.

FROM python:3.11.16-slim-trixie AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
# The lock alone first: a change of our code then rebuilds no dependency.
COPY requirements.lock ./
RUN pip install --require-hashes --only-binary :all: -r requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation . \
    && rm -rf build ./*.egg-info \
    && python -m compileall -q /app \
    && pip uninstall --quiet --yes setuptools pip

FROM python:3.11.16-slim-trixie
RUN groupadd --gid 10001 dondoc \
    && useradd --uid 10001 --gid dondoc --no-create-home --home-dir /tmp --shell /usr/sbin/nologin dondoc \
    && install --directory --owner=dondoc --group=dondoc --mode=0700 /var/lib/dondoc \
    && pip uninstall --quiet --yes --root-user-action=ignore setuptools wheel pip
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
# The sources in /app come before the installed copy, so `dondoc` and `worker.py` run the same files.
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 10001:10001
ENTRYPOINT []
CMD ["dondoc", "api", "--host", "0.0.0.0", "--port", "8080"]
