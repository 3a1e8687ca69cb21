# All images of a pod under their names:
#   VERSION=v1.2.3 COMMIT=$(git rev-parse HEAD) docker buildx bake
# RELEASE=yes pushes them with an SBOM and the provenance attested; that needs a builder of its own (docker buildx create --use).
variable "DOCKER_REGISTRY" { default = "localhost" }
variable "VERSION" { default = "0.1.0" }
variable "COMMIT" { default = "unknown" }
# The page is built where its folder is: FRONTEND=$(test -d frontend && echo yes)
variable "FRONTEND" { default = "" }
variable "RELEASE" { default = "" }
# Tags to begin with; a release names digests: PYTHON_IMAGE=python:3.13-slim@sha256:…
variable "PYTHON_IMAGE" { default = "python:3.13-slim" }
variable "NODE_IMAGE" { default = "node:22-alpine" }
variable "NGINX_IMAGE" { default = "nginx:alpine" }

group "default" {
  targets = concat(["services", "pod-operations"], FRONTEND == "" ? [] : ["frontend"])
}

target "released" {
  attest = RELEASE == "" ? [] : ["type=sbom", "type=provenance,mode=max"]
  output = [RELEASE == "" ? "type=docker" : "type=registry"]
}

target "python" {
  inherits   = ["released"]
  context    = "."
  dockerfile = "docker/Dockerfile"
  args = {
    PYTHON_IMAGE  = PYTHON_IMAGE
    BUILD_VERSION = VERSION
    BUILD_COMMIT  = COMMIT
  }
}

target "services" {
  name     = image
  inherits = ["python"]
  matrix = {
    image = [
      "api-gateway", "auth-service", "community-service", "user-service", "event-service", "search-service",
      "websocket-gateway",
    ]
  }
  # websocket-gateway is the stage websocket, api-gateway the stage gateway, auth-service the stage auth.
  target = image == "api-gateway" ? "gateway" : replace(replace(image, "-service", ""), "-gateway", "")
  tags   = ["${DOCKER_REGISTRY}/unityplan/${image}:${VERSION}"]
  labels = { "org.opencontainers.image.title" = "UnityPlan ${image}" }
}

# What the pod's jobs run: secrets, migrations, the ports of debugging.
target "pod-operations" {
  inherits = ["python"]
  target   = "ops"
  tags     = ["${DOCKER_REGISTRY}/unityplan/pod-operations:${VERSION}"]
  labels   = { "org.opencontainers.image.title" = "UnityPlan pod-operations" }
}

target "frontend" {
  inherits   = ["released"]
  context    = "frontend"
  dockerfile = "Dockerfile"
  args = {
    NODE_IMAGE    = NODE_IMAGE
    NGINX_IMAGE   = NGINX_IMAGE
    BUILD_VERSION = VERSION
    BUILD_COMMIT  = COMMIT
  }
  tags   = ["${DOCKER_REGISTRY}/unityplan/frontend:${VERSION}"]
  labels = { "org.opencontainers.image.title" = "UnityPlan frontend" }
}
