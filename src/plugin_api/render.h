// Typed rendering: RunContext::render and its conversions (EXPR-345 to EXPR-347). Include it where a task renders.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "model/bind.h"
#include "plugin_api/run_context.h"

namespace gyr::plugin::detail {

/// An enumeration's value by its exact name; blank text and null are errors (EXPR-345).
base::Result<size_t> name_index(const base::Value& rendered, std::string_view type,
                                std::span<const std::string_view> names);
/// An `item` of a list or map, with its position at the start of the message.
base::Error at_item(const base::Error& error, size_t index);
base::Error at_key(const base::Error& error, std::string_view key);
base::Error no_item();

template <>
struct Convert<std::string> {
  static constexpr bool typed = false;
  /// Null renders to empty text; blanks stay.
  static base::Result<std::optional<std::string>> from(const base::Value& rendered) {
    GYR_TRY(std::optional<std::string> text, expression::to_string(rendered));
    return text ? std::move(text) : std::optional<std::string>(std::in_place);
  }
};

template <>
struct Convert<int64_t> {
  static constexpr bool typed = false;
  static base::Result<std::optional<int64_t>> from(const base::Value& rendered) {
    return expression::to_integer(rendered);
  }
};

template <>
struct Convert<int32_t> {
  static constexpr bool typed = false;
  static base::Result<std::optional<int32_t>> from(const base::Value& rendered);
};

template <>
struct Convert<double> {
  static constexpr bool typed = false;
  static base::Result<std::optional<double>> from(const base::Value& rendered) {
    return expression::to_number(rendered);
  }
};

template <>
struct Convert<bool> {
  static constexpr bool typed = false;
  static base::Result<std::optional<bool>> from(const base::Value& rendered) {
    return expression::to_boolean(rendered);
  }
};

template <>
struct Convert<base::Duration> {
  static constexpr bool typed = false;
  static base::Result<std::optional<base::Duration>> from(const base::Value& rendered) {
    return expression::to_duration(rendered);
  }
};

template <>
struct Convert<base::Instant> {
  static constexpr bool typed = false;
  static base::Result<std::optional<base::Instant>> from(const base::Value& rendered) {
    return expression::to_instant(rendered);
  }
};

template <>
struct Convert<base::Value> {
  static constexpr bool typed = false;
  static base::Result<std::optional<base::Value>> from(const base::Value& rendered) {
    return rendered.is_null() ? std::optional<base::Value>() : rendered;
  }
};

template <>
struct Convert<model::Typed> {
  static constexpr bool typed = true;
  static base::Result<std::optional<model::Typed>> from(const base::Value& rendered) {
    return rendered.is_null() ? std::optional<model::Typed>() : model::Typed{rendered};
  }
};

template <model::NamedEnum E>
struct Convert<E> {
  static constexpr bool typed = false;
  static base::Result<std::optional<E>> from(const base::Value& rendered) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : model::EnumNames<E>::names()) names.push_back(name);
    GYR_TRY(const size_t index, name_index(rendered, model::EnumNames<E>::type_name(), names));
    return model::EnumNames<E>::names()[index].second;
  }
};

template <model::Described T>
struct Convert<T> {
  static constexpr bool typed = false;
  static base::Result<std::optional<T>> from(const base::Value& rendered) {
    if (rendered.is_null()) return std::optional<T>();
    GYR_TRY(const base::Value map, expression::to_map(rendered));
    T object{};
    GYR_CHECK(model::detail::bind_rendered(T::schema(), map, &object));
    return std::optional<T>(std::move(object));
  }
};

template <class T>
struct Convert<std::vector<T>> {
  static constexpr bool typed = false;
  static base::Result<std::optional<std::vector<T>>> from(const base::Value& rendered) {
    GYR_TRY(const base::Value list, expression::to_list(rendered));
    std::vector<T> items;
    items.reserve(list.size());
    for (const base::Value& item : list.items()) {
      auto converted = Convert<T>::from(item);
      if (!converted) return base::fail(at_item(converted.error(), items.size()));
      if (!*converted) return base::fail(at_item(no_item(), items.size()));
      items.push_back(std::move(**converted));
    }
    return std::optional<std::vector<T>>(std::move(items));
  }
};

template <class T>
struct Convert<std::map<std::string, T>> {
  static constexpr bool typed = false;
  static base::Result<std::optional<std::map<std::string, T>>> from(const base::Value& rendered) {
    GYR_TRY(const base::Value map, expression::to_map(rendered));
    std::map<std::string, T> entries;
    for (const auto& entry : map.entries()) {
      auto converted = Convert<T>::from(entry.value);
      if (!converted) return base::fail(at_key(converted.error(), entry.name()));
      // A value that renders to nothing is left out, like an absent value.
      if (*converted) entries.insert_or_assign(std::string(entry.name()), std::move(**converted));
    }
    return std::optional<std::map<std::string, T>>(std::move(entries));
  }
};

}  // namespace gyr::plugin::detail

namespace gyr::plugin {

template <class T>
base::Task<base::Result<std::optional<T>>> RunContext::render(const model::Dynamic<T>& property, base::Value extra) {
  if (!property.is_set()) co_return std::optional<T>();
  auto rendered = co_await render_value(property, std::move(extra), detail::Convert<T>::typed);
  if (!rendered) co_return base::fail(std::move(rendered).error());
  co_return detail::Convert<T>::from(*rendered);
}

}  // namespace gyr::plugin
