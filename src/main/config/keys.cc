#include "main/config/keys.h"

#include <fmt/format.h>

#include "base/text.h"
#include "main/config/byte_size.h"
#include "main/config/settings.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::main::config {

using base::Value;
using model::Property;
using model::PropertyOptions;
using model::Schema;
using model::TypeInfo;
using model::ValueType;

namespace {

std::string variable_of(std::string_view path) {
  std::string name;
  for (char c : path) {
    if (c == '.' || c == '-') {
      name += '_';
    } else {
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return name;
}

void collect_keys(const Schema& schema, const Key& parent, std::vector<Key>& keys) {
  for (const Property& property : schema.properties()) {
    Key key{.names = parent.names, .path = parent.path, .property = &property, .variable = {}};
    key.names.push_back(property.name);
    key.path += (key.path.empty() ? "" : ".") + property.name;
    if (property.type.type == ValueType::object) {
      collect_keys(property.type.object(), key, keys);
      continue;
    }
    key.variable = variable_of(key.path);
    keys.push_back(std::move(key));
  }
}

std::string bound_text(const TypeInfo& type, double bound) {
  if (is_byte_size(type)) return format_byte_size({static_cast<uint64_t>(bound)});
  if (type.type == ValueType::duration) return syntax::format_duration(base::Duration::of_fraction(bound));
  const auto whole = static_cast<int64_t>(bound);
  return static_cast<double>(whole) == bound ? fmt::format("{}", whole) : fmt::format("{}", bound);
}

/// ` from 0 to 65535`, ` of at least 1`; empty without bounds.
std::string range_text(const TypeInfo& type, const PropertyOptions& options) {
  std::string least, most;
  if (options.minimum) least = bound_text(type, *options.minimum);
  if (options.maximum) most = bound_text(type, *options.maximum);
  if (!least.empty() && !most.empty()) return fmt::format(" from {} to {}", least, most);
  if (!least.empty()) return " of at least " + least;
  return most.empty() ? std::string() : " of at most " + most;
}

/// `integer`, `list of text`.
std::string kind_words(const TypeInfo& type) {
  switch (type.type) {
    case ValueType::integer: return "integer";
    case ValueType::number: return "number";
    case ValueType::boolean: return "boolean";
    case ValueType::duration: return "duration";
    case ValueType::enumeration: return "name";
    case ValueType::list: return "list of " + kind_words(type.element());
    case ValueType::map: return "map of " + kind_words(type.element());
    case ValueType::object: return "entries";
    case ValueType::any: return "values";
    default: return is_byte_size(type) ? "size" : "text";
  }
}

Value text(std::string_view value) { return Value::string(value); }

/// `Default: 16 per processor. More.` is `16 per processor` and `More.`: how a documentation begins where only the
/// program knows the default.
std::pair<std::string_view, std::string_view> split_default(std::string_view documentation) {
  constexpr std::string_view mark = "Default: ";
  if (!documentation.starts_with(mark)) return {{}, documentation};
  documentation.remove_prefix(mark.size());
  size_t end = documentation.find(". ");
  if (end == std::string_view::npos) end = documentation.size() - 1;  // without the full stop
  const std::string_view rest = documentation.substr(std::min(end + 2, documentation.size()));
  return {documentation.substr(0, end), rest};
}

Value described_key(const Property& property, const std::string& path, bool with_variable) {
  const PropertyOptions& options = property.options;
  base::MapBuilder map;
  map.set("key", text(path));
  map.set("type", text(kind_words(property.type)));
  if (property.type.type == ValueType::enumeration) {
    base::ListBuilder values;
    for (const std::string& name : property.type.values) values.push(text(name));
    map.set("values", values.build());
  }
  if (!options.default_value.is_null()) map.set("default", options.default_value);
  const auto [usual, documentation] = split_default(options.documentation);
  if (!usual.empty()) map.set("defaultText", text(usual));
  if (const std::string range = range_text(property.type, options); !range.empty())
    map.set("limits", text(base::trim(range)));
  map.set("title", text(options.title));
  if (!documentation.empty()) map.set("documentation", text(documentation));
  if (with_variable) map.set("variable", text(variable_of(path)));
  if (property.must_be_given()) map.set("required", Value::boolean(true));
  if (options.secret) map.set("secret", Value::boolean(true));
  if (options.deprecated) map.set("deprecated", Value::boolean(true));
  return map.build();
}

void append_keys(const Schema& schema, const std::string& parent, bool in_list, base::ListBuilder& list) {
  for (const Property& property : schema.properties()) {
    if (property.options.hidden) continue;
    const std::string path = parent.empty() ? property.name : parent + "." + property.name;
    if (property.type.type == ValueType::object) {
      append_keys(property.type.object(), path, in_list, list);
      continue;
    }
    list.push(described_key(property, path, !in_list));
    const TypeInfo& item = property.type.element();
    // An old name is described where its new name is.
    if (item.type != ValueType::object || property.options.deprecated) continue;
    if (property.type.type == ValueType::list) append_keys(item.object(), path + "[]", true, list);
    if (property.type.type == ValueType::map) append_keys(item.object(), path + ".NAME", true, list);
  }
}

// ---- values in use

constexpr std::string_view hidden_value = "******";

/// True for names of values that nobody should see, in sections whose keys are not described.
bool sounds_secret(std::string_view name) {
  const std::string lower = base::to_lower_ascii(name);
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"pass", "secret", "token", "key", "credential", "auth", "connection",
                                              "dsn", "pem", "certificate", "signature", "sas"},
      [&](std::string_view part) { return lower.contains(part); });
}

/// True for a URL with a password, such as `postgres://user:password@host`.
bool contains_password(const Value& value) {
  if (!value.is_string()) return false;
  const size_t scheme = value.text().find("://");
  return scheme != std::string_view::npos && value.text().find('@', scheme) != std::string_view::npos;
}

/// A value of an open section. Texts that may be secrets are hidden.
Value shown_value(const Value& value, bool hide) {
  if (value.is_map()) {
    base::MapBuilder map;
    for (const base::MapEntry& entry : value.entries())
      map.set(entry.name(), shown_value(entry.value, hide || sounds_secret(entry.name())));
    return map.build();
  }
  if (value.is_list()) {
    base::ListBuilder list;
    for (const Value& item : value.items()) list.push(shown_value(item, hide));
    return list.build();
  }
  return (hide || contains_password(value)) && !value.is_null() ? text(hidden_value) : value;
}

Value effective_section(const Schema& schema, const Value& given) {
  base::MapBuilder map;
  for (const Property& property : schema.properties()) {
    const Value* found = given.is_map() ? given.find(property.name) : nullptr;
    if (property.type.type == ValueType::object) {
      const Value section = effective_section(property.type.object(), found == nullptr ? Value() : *found);
      if (section.size() > 0) map.set(property.name, section);
      continue;
    }
    if (found == nullptr && (property.options.hidden || property.options.deprecated)) continue;
    const Value value = found == nullptr ? property.options.default_value : *found;
    if (value.is_null()) continue;
    map.set(property.name, shown_value(value, property.options.secret));
  }
  return map.build();
}

// ---- JSON Schema

Value of_type(std::string_view type) { return Value::map({{"type", text(type)}}); }

Value value_schema(const TypeInfo& type, const PropertyOptions& options);

Value object_schema(const Schema& schema) {
  base::MapBuilder properties;
  base::ListBuilder required;
  for (const Property& property : schema.properties()) {
    if (property.options.hidden) continue;
    base::MapBuilder map(value_schema(property.type, property.options));
    if (!property.options.title.empty()) map.set("title", text(property.options.title));
    if (!property.options.documentation.empty()) map.set("description", text(property.options.documentation));
    if (!property.options.default_value.is_null()) map.set("default", property.options.default_value);
    if (property.options.deprecated) map.set("deprecated", Value::boolean(true));
    properties.set(property.name, map.build());
    if (property.must_be_given()) required.push(text(property.name));
  }
  base::MapBuilder map;
  map.set("type", text("object"));
  map.set("properties", properties.build());
  if (required.size() != 0) map.set("required", required.build());
  return map.build();
}

/// The value itself, or a text such as `${PORT}` that a variable replaces.
Value or_variable(Value schema) {
  const Value variable = Value::map({{"type", text("string")}, {"pattern", text("\\$\\{.+\\}")}});
  return Value::map({{"anyOf", Value::list({std::move(schema), variable})}});
}

Value value_schema(const TypeInfo& type, const PropertyOptions& options) {
  switch (type.type) {
    case ValueType::integer:
    case ValueType::number: {
      base::MapBuilder map(of_type(type.type == ValueType::integer ? "integer" : "number"));
      if (options.minimum) map.set("minimum", Value::number(*options.minimum));
      if (options.maximum) map.set("maximum", Value::number(*options.maximum));
      return or_variable(map.build());
    }
    case ValueType::boolean: return or_variable(of_type("boolean"));
    case ValueType::duration: return Value::map({{"type", Value::list({text("string"), text("integer")})}});
    case ValueType::enumeration: {
      base::ListBuilder names;
      for (const std::string& name : type.values) names.push(text(name));
      return or_variable(Value::map({{"type", text("string")}, {"enum", names.build()}}));
    }
    case ValueType::list: {
      const TypeInfo& item = type.element();
      if (item.type == ValueType::object)
        return Value::map({{"type", text("array")}, {"items", object_schema(item.object())}});
      // Texts may stand in one, separated by commas.
      return Value::map({{"type", Value::list({text("array"), text("string")})}, {"items", value_schema(item, {})}});
    }
    case ValueType::map:
      return Value::map({{"type", text("object")}, {"additionalProperties", value_schema(type.element(), {})}});
    case ValueType::object: return object_schema(type.object());
    case ValueType::any: return Value::empty_map();
    default: return Value::map({{"type", Value::list({text("string"), text("number"), text("boolean")})}});
  }
}

}  // namespace

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> made;
    collect_keys(Settings::schema(), {}, made);
    return made;
  }();
  return keys;
}

std::string wanted_value(const TypeInfo& type, const PropertyOptions& options) {
  const std::string range = range_text(type, options);
  switch (type.type) {
    case ValueType::integer: return "a whole number" + range;
    case ValueType::number: return "a number" + range;
    case ValueType::boolean: return "true or false";
    case ValueType::duration: return "a duration such as PT30S or 30s" + (range.empty() ? "" : "," + range);
    case ValueType::enumeration: return fmt::format("one of `{}`", fmt::join(type.values, "`, `"));
    case ValueType::list: return "a list";
    case ValueType::map:
    case ValueType::object: return "a map";
    default: return is_byte_size(type) ? "a size" + (range.empty() ? " such as 8MB" : range) : "a text";
  }
}

Value keys_document() {
  base::ListBuilder list;
  append_keys(Settings::schema(), {}, false, list);
  return list.build();
}

Value effective_document(const Value& given) { return effective_section(Settings::schema(), given); }

Value schema_document() {
  base::MapBuilder document;
  document.set("$schema", text("http://json-schema.org/draft-07/schema#"));
  document.set("title", text("Configuration of Gyrfalcon"));
  const Value root = object_schema(Settings::schema());
  for (const auto& entry : root.entries()) document.set(entry.key, entry.value);
  return document.build();
}

}  // namespace gyr::main::config
