// Secrets, as JSON; never a value.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A tag of a secret.
struct SecretTag {
  std::string key;
  std::optional<std::string> value;
};

/// The name of a secret with its metadata. Those of the environment have only a name.
struct Secret {
  std::string key;
  std::optional<std::string> namespace_ = {};
  std::optional<std::string> description = {};
  std::vector<SecretTag> tags = {};
};

/// A page of secrets.
struct SecretList {
  bool read_only = false;
  std::vector<Secret> results;
  uint64_t total = 0;
};

/// A secret to write; the value is only written.
struct SecretToWrite {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::optional<std::string> description;
  std::optional<std::vector<SecretTag>> tags;
};

/// What PATCH changes of a secret; only described.
struct SecretToPatch;

}  // namespace json

template <>
struct Described<json::SecretTag> {
  using T = json::SecretTag;
  static constexpr std::string_view name = "SecretTag";
  static constexpr auto fields =
      std::tuple(field("key", &T::key, {.example = "team"}), field("value", &T::value, {.example = "data"}));
};
template <>
struct Described<json::Secret> {
  using T = json::Secret;
  static constexpr std::string_view name = "Secret";
  static constexpr auto fields =
      std::tuple(field("key", &T::key, {.example = "API_TOKEN"}), field("namespace", &T::namespace_),
                 field("description", &T::description), field("tags", &T::tags));
};
template <>
struct Described<json::SecretList> {
  using T = json::SecretList;
  static constexpr std::string_view name = "SecretList";
  static constexpr auto fields = std::tuple(
      field("readOnly", &T::read_only, {.documentation = "Whether only the secrets of the environment exist"}),
      field("results", &T::results), field("total", &T::total));
};
template <>
struct Described<json::SecretToWrite> {
  using T = json::SecretToWrite;
  static constexpr std::string_view name = "SecretToWrite";
  static constexpr auto fields = std::tuple(
      field("key", &T::key, {.documentation = "Required by PUT", .example = "API_TOKEN"}),
      field("value", &T::value, {.documentation = "Required by PUT; never shown again", .example = "s3cr3t"}),
      field("description", &T::description), field("tags", &T::tags));
};
template <>
struct Described<json::SecretToPatch> {
  static constexpr std::string_view name = "SecretToPatch";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("key", {.documentation = "The path names the secret"}),
      field<std::optional<std::string>>("namespace", {.documentation = "The path names the namespace"}),
      field<std::optional<std::string>>("description"), field<std::optional<std::vector<json::SecretTag>>>("tags"));
};

}  // namespace gyr::web
