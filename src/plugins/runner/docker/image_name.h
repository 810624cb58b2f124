// Names of images, and the credentials that a registry is shown for them (RUNNER-21).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode bad_docker_property{"GYR-P073"};

/// An image in the form that the engine expects.
struct ImageName {
  std::string repository;  ///< `registry.example.com/team/tool`
  std::string tag;         ///< `latest` where none is named; `sha256:…` for a digest
  std::string registry;    ///< host and port; `docker.io` where none is named
};

ImageName parse_image_name(std::string_view name);

/// What a task says of registries, rendered: `credentials` as a map of texts (null: none), and the content of a
/// `config.json` (a map, or its JSON as text; null: none).
struct RegistryAccess {
  base::Value credentials;
  base::Value config;
};

/// The header X-Registry-Auth for an image; empty if there are no credentials for its registry. `credentials` have
/// priority over `config.auths`; without a `registry` they apply to the registry of the image.
base::Result<std::string> registry_header(const ImageName& image, const RegistryAccess& access);

}  // namespace gyr::plugins::runner
