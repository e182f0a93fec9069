# The emulator as an image; docs/docker.md has the recipes.
# No architecture is named and nothing is compiled here: every dependency comes as a wheel, or the build fails.

ARG BASE_IMAGE=docker.io/library/python:3.13-slim

FROM ${BASE_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all: PIP_ROOT_USER_ACTION=ignore
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends binutils >/dev/null
WORKDIR /build

# The dependencies apart from the code, which changes more often. Then without what is never imported: what rich has
# for Markdown and for colouring code, the languages of Faker that templates do not speak, sources of extensions and
# their symbols for debuggers.
COPY pyproject.toml constraints.txt ./
RUN python -m venv --without-pip /opt/webhook-emulator \
 && python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
print(*project['dependencies'], *project['optional-dependencies']['fast'], sep='\n')" >requirements.txt \
 && python -m pip --quiet --python /opt/webhook-emulator/bin/python install -r requirements.txt -c constraints.txt \
 && python -m pip --quiet --python /opt/webhook-emulator/bin/python uninstall --yes markdown-it-py mdurl pygments \
 && cd /opt/webhook-emulator/lib/python3*/site-packages \
 && find faker/providers -mindepth 2 -maxdepth 2 -type d ! -name 'en*' ! -name la ! -name __pycache__ -exec rm -r {} + \
 && find . -type d -name tests -prune -exec rm -r {} + \
 && find . -type f '(' -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.[ch]' ')' -delete \
 && find . -type f -name '*.so' -exec strip --strip-unneeded {} +

COPY . .
RUN python -m pip --quiet wheel --no-deps --wheel-dir wheels . \
 && python -m pip --quiet --python /opt/webhook-emulator/bin/python install --no-deps wheels/*.whl

FROM ${BASE_IMAGE}
# The official base has no bytecode of the standard library, and nobody could write any later: it would be compiled
# anew at each start, which takes longer than the start itself. /data is there for a volume, whoever the user is.
RUN python -m compileall -q -j 0 -x '/(site-packages|test|ensurepip|idlelib|pydoc_data|tkinter|turtledemo)/' \
        "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
 && mkdir /scenarios \
 && mkdir --mode 1777 /data
COPY --from=build /opt/webhook-emulator /opt/webhook-emulator

ENV PATH=/opt/webhook-emulator/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    WEBHOOK_EMULATOR_HOST=0.0.0.0 \
    WEBHOOK_EMULATOR_SCENARIOS=/scenarios
USER 10001:10001
EXPOSE 4622
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --retries=2 --start-period=30s --start-interval=500ms \
    CMD ["webhook-emulator", "readyz"]
ENTRYPOINT ["webhook-emulator"]
CMD ["serve"]

ARG VERSION=
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="webhook-emulator" \
      org.opencontainers.image.description="Plays a provider's webhooks to your application: the same bytes, signatures and retries, on a clock you control." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
