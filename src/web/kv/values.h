// Keys and their values, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// A key without its value.
struct KvEntry {
  std::string namespace_;
  std::string key;
  int64_t version = 0;
  int64_t revision = 0;
  std::optional<std::string> description;
  base::Instant creation_date;
  base::Instant update_date;
  std::optional<base::Instant> expiration_date;
};

/// The value of a key.
struct KvValue {
  std::string type;
  base::Value value;  ///< null: none
  int64_t revision = 0;
  base::Instant updated;
};

/// The value of a key with what is known of the key.
struct KvDetail : KvValue, KvEntry {};

/// The names of keys, to delete or deleted.
struct KeyList {
  std::vector<std::string> keys;
};

}  // namespace json

template <>
struct Described<json::KvEntry> {
  using T = json::KvEntry;
  static constexpr std::string_view name = "KVEntry";
  static constexpr auto fields =
      std::tuple(field("namespace", &T::namespace_), field("key", &T::key, {.example = "last_run"}),
                 field("version", &T::version, {.documentation = "As `revision`"}), field("revision", &T::revision),
                 field("description", &T::description), field("creationDate", &T::creation_date),
                 field("updateDate", &T::update_date),
                 field("expirationDate", &T::expiration_date, {.documentation = "When the key is no longer there"}));
};
template <>
struct Described<json::KvValue> {
  using T = json::KvValue;
  static constexpr std::string_view name = "KvValue";
  static constexpr auto fields = std::tuple(
      field("type", &T::type,
            {.documentation = "STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON", .example = "STRING"}),
      field("value", &T::value, {.optional = true}), field("revision", &T::revision), field("updated", &T::updated));
};
template <>
struct Described<json::KvDetail> {
  using E = json::KvEntry;
  static constexpr std::string_view name = "KvDetail";
  static constexpr auto fields = std::tuple_cat(
      Described<json::KvValue>::fields,
      std::tuple(field("namespace", &E::namespace_), field("key", &E::key), field("version", &E::version),
                 field("description", &E::description), field("creationDate", &E::creation_date),
                 field("updateDate", &E::update_date), field("expirationDate", &E::expiration_date)));
};
template <>
struct Described<json::KeyList> {
  using T = json::KeyList;
  static constexpr std::string_view name = "KeyList";
  static constexpr auto fields = std::tuple(field("keys", &T::keys, {.example = "last_run"}));
};

}  // namespace gyr::web
