# Where the steps of .drone.yml run: Python with make and git, and the engine's clients.
#   docker build --file docker/pipeline.Dockerfile --tag global-registry:5000/unityplan/pipeline:1 docker
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE}
# Debian's own, in the version of its release.
# hadolint ignore=DL3008
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends bash ca-certificates curl docker-buildx docker-cli docker-compose git make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /drone/src
CMD ["bash"]
