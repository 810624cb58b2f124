// Helpers that read the arguments of host calls.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/value.h"
#include "expression/template.h"
#include "store/api/visible.h"

namespace gyr::executor {

/// What host calls see: a task acts for its flow, not for a caller.
inline store::Visible visible_to_tasks() {
  return store::Visible::internal("a task acts for its flow, not for a caller");
}

/// A string argument; nothing if it is absent or null.
inline std::optional<std::string> text_argument(const base::Value& arguments, std::string_view name) {
  const base::Value* value = arguments.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return value->is_string() ? std::string(value->text()) : expression::to_text(*value);
}

inline bool flag_argument(const base::Value& arguments, std::string_view name, bool otherwise) {
  const base::Value* value = arguments.find(name);
  return value != nullptr && value->is_boolean() ? value->as_boolean() : otherwise;
}

inline int64_t number_argument(const base::Value& arguments, std::string_view name, int64_t otherwise) {
  const base::Value* value = arguments.find(name);
  return value != nullptr && value->is_integer() ? value->as_integer() : otherwise;
}

inline std::optional<base::Instant> instant_argument(const base::Value& arguments, std::string_view name) {
  const base::Value* value = arguments.find(name);
  return value != nullptr && value->kind() == base::Value::Kind::instant ? std::optional(value->as_instant())
                                                                         : std::nullopt;
}

/// The strings of a list argument; empty if it is absent.
inline std::vector<std::string> texts_argument(const base::Value& arguments, std::string_view name) {
  std::vector<std::string> texts;
  const base::Value* list = arguments.find(name);
  if (list == nullptr || !list->is_list()) return texts;
  for (const base::Value& item : list->items())
    texts.push_back(item.is_string() ? std::string(item.text()) : expression::to_text(item));
  return texts;
}

}  // namespace gyr::executor
