#include "plugins/runner/docker/image_name.h"

#include <algorithm>

#include "base/text.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::plugins::runner {
namespace {

using base::Value;

constexpr std::string_view hub = "docker.io";
/// The name by which Docker's own configuration knows its hub.
constexpr std::string_view hub_index = "https://index.docker.io/v1/";

/// `https://index.docker.io/v1/`, `index.docker.io` and `docker.io` are one registry.
std::string registry_host(std::string_view address) {
  if (const size_t scheme = address.find("://"); scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  std::string host = base::to_lower_ascii(address.substr(0, address.find('/')));
  if (host == "index.docker.io" || host == "registry-1.docker.io" || host == "registry.hub.docker.com")
    return std::string(hub);
  return host;
}

std::string text_of(const Value& map, std::string_view key) {
  const Value* found = map.find(key);
  return found == nullptr || found->is_null() ? std::string() : expression::to_text(*found);
}

/// `auth` is `user:password` in base 64.
base::Result<void> add_auth(std::string_view auth, base::MapBuilder& header) {
  auto plain = base::base64_decode(base::trim(auth), true);
  const size_t colon = plain ? plain->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return base::fail(bad_docker_property, "`auth` of a registry must be `user:password` in Base64");
  }
  header.set("username", Value::string(plain->substr(0, colon)));
  header.set("password", Value::string(base::trim(std::string_view(*plain).substr(colon + 1))));
  return {};
}

/// In the form that the engine requires: base64 with the URL alphabet.
base::Result<std::string> header_of(const Value& entry, std::string_view server) {
  base::MapBuilder header;
  if (std::string auth = text_of(entry, "auth"); !auth.empty()) GYR_CHECK(add_auth(auth, header));
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"username", "username"},           {"password", "password"},           {"identityToken", "identitytoken"},
      {"identitytoken", "identitytoken"}, {"registryToken", "registrytoken"}, {"registrytoken", "registrytoken"}};
  for (const auto& [from, to] : names) {
    if (std::string text = text_of(entry, from); !text.empty()) header.set(to, Value::string(text));
  }
  if (header.empty()) return std::string();
  header.set("serveraddress", Value::string(server));
  std::string encoded = base::base64_encode(syntax::write_json(header.build()));
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return encoded;
}

base::Result<Value> config_map(const Value& config) {
  if (config.is_null() || config.is_map()) return config;
  if (!config.is_string())
    return base::fail(bad_docker_property, "`config` must be a map, or the text of a `config.json`");
  if (base::trim(config.text()).empty()) return Value();
  auto parsed = syntax::parse_json(config.text());
  if (!parsed) return base::fail(parsed.error().with_prefix("`config` is not a valid `config.json`: "));
  if (!parsed->is_map()) return base::fail(bad_docker_property, "`config` must be a JSON object");
  return parsed;
}

}  // namespace

ImageName parse_image_name(std::string_view name) {
  ImageName image;
  std::string_view repository = name;
  const size_t slash = name.find('/');
  std::string_view first = slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
  const bool names_host =
      first.find('.') != std::string_view::npos || first.find(':') != std::string_view::npos || first == "localhost";
  image.registry = names_host ? registry_host(first) : std::string(hub);
  if (const size_t at = repository.find('@'); at != std::string_view::npos) {
    image.tag = repository.substr(at + 1);
    repository = repository.substr(0, at);
  }
  const size_t last = repository.rfind('/');
  const size_t colon = repository.find(':', last == std::string_view::npos ? 0 : last);
  if (colon != std::string_view::npos) {
    if (image.tag.empty()) image.tag = repository.substr(colon + 1);
    repository = repository.substr(0, colon);
  }
  if (image.tag.empty()) image.tag = "latest";
  image.repository = repository;
  return image;
}

base::Result<std::string> registry_header(const ImageName& image, const RegistryAccess& access) {
  const std::string own_server = image.registry == hub ? std::string(hub_index) : image.registry;
  if (access.credentials.is_map()) {
    std::string registry = text_of(access.credentials, "registry");
    if (registry.empty() || registry_host(registry) == image.registry) {
      GYR_TRY(std::string header, header_of(access.credentials, registry.empty() ? own_server : registry));
      if (!header.empty()) return header;
    }
  }
  GYR_TRY(Value config, config_map(access.config));
  const Value* auths = config.find("auths");
  if (auths == nullptr || !auths->is_map()) return std::string();
  for (const auto& entry : auths->entries()) {
    if (registry_host(entry.name()) == image.registry) return header_of(entry.value, entry.name());
  }
  return std::string();
}

}  // namespace gyr::plugins::runner
