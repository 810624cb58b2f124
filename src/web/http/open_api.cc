#include "web/http/open_api.h"

#include <charconv>
#include <map>

#include "base/text.h"
#include "model/bind.h"
#include "web/http/status.h"
#include "web/http/values.h"

namespace gyr::web {

using base::ListBuilder;
using base::MapBuilder;
using base::Value;

namespace {

Value text(std::string_view value) { return Value::string(value); }

/// The part of a path that groups operations: `Flows`.
std::string tag_of(const Route& route) {
  const auto parts = base::split(route.path, '/');
  std::string tag = parts.size() > 1 && !parts[1].empty() ? std::string(parts[1]) : "misc";
  tag[0] = tag[0] >= 'a' && tag[0] <= 'z' ? static_cast<char>(tag[0] - 'a' + 'A') : tag[0];
  return tag;
}

template <class T>
Value names_of() {
  ListBuilder names;
  for (const auto& [name, value] : model::EnumNames<T>::names()) names.push(text(name));
  return names.build();
}

Value schema_of_kind(const QueryParameter& parameter) {
  MapBuilder map;
  const auto integer = [&map] {
    map.set("type", text("integer"));
    map.set("format", text("int32"));
  };
  switch (parameter.kind) {
    case ValueKind::integer: integer(); break;
    case ValueKind::boolean: map.set("type", text("boolean")); break;
    case ValueKind::date_time:
      map.set("type", text("string"));
      map.set("format", text("date-time"));
      break;
    case ValueKind::text_list:
      map.set("type", text("array"));
      map.set("items", Value::map({{"type", text("string")}}));
      break;
    case ValueKind::integer_list:
      map.set("type", text("array"));
      map.set("items", Value::map({{"type", text("integer")}, {"format", text("int32")}}));
      break;
    case ValueKind::state:
      map.set("type", text("string"));
      map.set("enum", names_of<model::State>());
      break;
    case ValueKind::level:
      map.set("type", text("string"));
      map.set("enum", names_of<model::LogLevel>());
      break;
    case ValueKind::text:
    case ValueKind::execution_kind: map.set("type", text("string")); break;
  }
  if (parameter.least) map.set("minimum", Value::integer(*parameter.least));
  if (!parameter.fallback.empty()) {
    const bool flag = parameter.kind == ValueKind::boolean;
    map.set("default", flag ? Value::boolean(parameter.fallback == "true") : text(parameter.fallback));
  }
  return map.build();
}

Value query_parameter(const QueryParameter& parameter, bool is_deprecated = false) {
  MapBuilder map;
  map.set("name", text(parameter.name));
  map.set("in", text("query"));
  if (!parameter.documentation.empty()) map.set("description", text(parameter.documentation));
  if (parameter.required) map.set("required", Value::boolean(true));
  if (is_deprecated) map.set("deprecated", Value::boolean(true));
  map.set("schema", schema_of_kind(parameter));
  return map.build();
}

/// Names in braces, in order.
std::vector<std::string_view> path_parameters(std::string_view path) {
  std::vector<std::string_view> names;
  for (size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1)) {
    names.push_back(path.substr(at + 1, path.find('}', at) - at - 1));
  }
  return names;
}

Value parameters_of(const Route& route, std::string_view path) {
  ListBuilder list;
  for (std::string_view name : path_parameters(path)) {
    list.push(Value::map({{"name", text(name)},
                          {"in", text("path")},
                          {"required", Value::boolean(true)},
                          {"schema", Value::map({{"type", text("string")}})}}));
  }
  if (route.page_size) {
    list.push(query_parameter({"page", ValueKind::integer, "The page, from 1", false, {}, 1}));
    list.push(query_parameter({"size", ValueKind::integer, "The number of entries of a page", false, {}, 1}));
    list.push(query_parameter({"sort", ValueKind::text_list, "`field:asc` or `field:desc`"}));
  }
  for (const QueryParameter& parameter : route.query) list.push(query_parameter(parameter));
  if (route.filters) {
    std::string names;
    for (Field field : fields_of(*route.filters))
      names += fmt::format("{}`{}`", names.empty() ? "" : ", ", name_of(field));
    list.push(Value::map(
        {{"name", text("filters")},
         {"in", text("query")},
         {"description",
          text(fmt::format("`filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: {}",
                           names))},
         {"schema", Value::map({{"type", text("array")}, {"items", Value::map({{"type", text("object")}})}})}}));
  }
  for (const QueryParameter& parameter : route.older) list.push(query_parameter(parameter, true));
  return list.build();
}

Value reference(const JsonType& type) {
  return Value::map({{"$ref", text(fmt::format("#/components/schemas/{}", type.name))}});
}

Value schema_of(const JsonType& type) {
  MapBuilder map;
  const auto put = [&](std::string_view kind) {
    map.set("type", text(kind));
    if (!type.format.empty()) map.set("format", text(type.format));
  };
  switch (type.kind) {
    case JsonKind::any: break;
    case JsonKind::string:
      put("string");
      if (!type.values.empty()) {
        ListBuilder values;
        for (std::string_view value : type.values) values.push(text(value));
        map.set("enum", values.build());
      }
      break;
    case JsonKind::integer: put("integer"); break;
    case JsonKind::number: put("number"); break;
    case JsonKind::boolean: put("boolean"); break;
    case JsonKind::object: return reference(type);
    case JsonKind::list:
      put("array");
      map.set("items", schema_of(type.item()));
      break;
    case JsonKind::map:
      put("object");
      map.set("additionalProperties", schema_of(type.item()));
      break;
  }
  return map.build();
}

/// An object with its fields, for `components/schemas`.
Value object_schema(const JsonType& type) {
  MapBuilder properties;
  ListBuilder required;
  for (const JsonField& field : type.fields) {
    const JsonType& of_field = field.type();
    MapBuilder property(schema_of(of_field));
    if (of_field.kind != JsonKind::object) {  // nothing may stand beside a `$ref`
      if (!field.documentation.empty()) property.set("description", text(field.documentation));
    }
    properties.set(field.name, property.build());
    if (field.is_required) required.push(text(field.name));
  }
  MapBuilder map;
  map.set("type", text("object"));
  if (required.size() > 0) map.set("required", required.build());
  map.set("properties", properties.build());
  if (type.is_open) map.set("additionalProperties", Value::boolean(true));
  return map.build();
}

constexpr size_t example_depth = 6;

Value example_of(const JsonType& type, const JsonField* field = nullptr, size_t depth = 0) {
  const std::string_view given = field == nullptr ? std::string_view() : field->example;
  switch (type.kind) {
    case JsonKind::string:
      if (!given.empty()) return text(given);
      if (!type.values.empty()) return text(type.values.front());
      if (type.format == "date-time") return text("2026-01-05T08:00:00Z");
      if (type.format == "duration") return text("PT1M30S");
      if (field != nullptr && field->name == "namespace") return text("company.team");
      return text("text");
    case JsonKind::integer: {
      int64_t number = 1;
      std::from_chars(given.data(), given.data() + given.size(), number);
      return Value::integer(number);
    }
    case JsonKind::number: return Value::number(1.5);
    case JsonKind::boolean: return Value::boolean(given == "true");
    case JsonKind::any:
    case JsonKind::map: return Value::empty_map();
    case JsonKind::list:
      if (depth >= example_depth) return Value::empty_list();
      return Value::list({example_of(type.item(), field, depth + 1)});
    case JsonKind::object: {
      MapBuilder map;
      for (const JsonField& one : type.fields) {
        if (one.is_required || (!one.example.empty() && depth < example_depth))
          map.set(one.name, example_of(one.type(), &one, depth + 1));
      }
      return map.build();
    }
  }
  return {};
}

Value json_content(const JsonType& type) {
  return Value::map({{"schema", schema_of(type)}, {"example", example_of(type)}});
}

Value request_body(const Route& route) {
  const Body body = route.body;
  MapBuilder content;
  const auto add = [&](std::string_view type, Value schema) {
    content.set(type, Value::map({{"schema", std::move(schema)}}));
  };
  const Value string = Value::map({{"type", text("string")}});
  const JsonTypeSource takes = route.body_type();
  const auto add_described = [&](std::string_view type) {
    if (takes == nullptr) {
      add(type, Value::map({{"type", text("object")}}));
    } else {
      content.set(type, json_content(takes()));
    }
  };
  if ((body & yaml_body) != 0) add("application/x-yaml", string);
  if ((body & json_body) != 0) add_described("application/json");
  if ((body & multipart_body) != 0) add_described("multipart/form-data");
  if ((body & urlencoded_body) != 0) add_described("application/x-www-form-urlencoded");
  if ((body & text_body) != 0) add("text/plain", string);
  if ((body & any_body) != 0) add("*/*", string);
  MapBuilder map;
  map.set("content", content.build());
  if ((body & (optional_body | any_body)) == 0) map.set("required", Value::boolean(true));
  return map.build();
}

Value good_response(const Route& route) {
  MapBuilder map;
  map.set("description", text(route.summary));
  const Answer& answer = route.answer_type();
  if (!answer.media.empty()) {
    const Value bytes = Value::map({{"type", text("string")}, {"format", text("binary")}});
    map.set("content", Value::map({{answer.media, Value::map({{"schema", bytes}})}}));
  } else if (answer.json != nullptr) {
    map.set("content", Value::map({{"application/json", json_content(answer.json())}}));
  }
  return map.build();
}

Value error_response(int status) {
  return Value::map(
      {{"description", text(status < 400 ? "See the description of the operation" : status_title(status))},
       {"content", Value::map({{"application/json", json_content(json_type<json::Error>())}})}});
}

/// All objects that a type contains, itself included, by name.
void collect(const JsonType& type, std::map<std::string, const JsonType*>& objects) {
  if (type.kind == JsonKind::object) {
    if (!objects.emplace(type.name, &type).second) return;
    for (const JsonField& field : type.fields) collect(field.type(), objects);
  } else if (type.item != nullptr) {
    collect(type.item(), objects);
  }
}

Value responses_of(const Route& route) {
  MapBuilder map;
  map.set(std::to_string(route.status), good_response(route));
  for (int status : route.also_answers) {
    if (status < 400) {
      map.set_if_absent(std::to_string(status), good_response(route));
    } else {
      map.set_if_absent(std::to_string(status), error_response(status));
    }
  }
  if (!route.rule.is_open()) map.set_if_absent("401", error_response(401));
  map.set("default", error_response(422));
  return map.build();
}

Value operation_of(const Route& route, std::string_view path) {
  MapBuilder map;
  map.set("tags", Value::list({text(tag_of(route))}));
  map.set("summary", text(route.summary));
  map.set("operationId", text(route.operation));
  map.set("parameters", parameters_of(route, path));
  if (route.body != no_body) map.set("requestBody", request_body(route));
  map.set("responses", responses_of(route));
  if (route.rule.is_open()) {
    map.set("security", Value::empty_list());
  } else {
    map.set("x-permission", text(route.rule.right.resource));
  }
  return map.build();
}

}  // namespace

std::string full_path(std::string_view pattern) {
  if (pattern.starts_with('~')) return fmt::format("/api/v1/{{tenant}}{}", pattern.substr(1));
  if (pattern.starts_with('$')) return fmt::format("/api/v1{}", pattern.substr(1));
  return std::string(pattern);
}

Value contract_of(std::span<const Route> routes, std::string_view version) {
  std::map<std::string, MapBuilder> paths;
  std::map<std::string, const JsonType*> objects;
  collect(json_type<json::Error>(), objects);
  for (const Route& route : routes) {
    const std::string path = full_path(route.path);
    paths[path].set(base::to_lower_ascii(to_text(route.method)), operation_of(route, path));
    if (const JsonTypeSource takes = route.body_type()) collect(takes(), objects);
    if (const JsonTypeSource answer = route.answer_type().json) collect(answer(), objects);
  }
  MapBuilder all;
  for (auto& [path, operations] : paths) all.set(path, operations.build());
  MapBuilder schemas;
  for (const auto& [name, type] : objects) schemas.set(name, object_schema(*type));
  const Value basic = Value::map({{"type", text("http")}, {"scheme", text("basic")}});
  MapBuilder document;
  document.set("openapi", text("3.0.1"));
  document.set("info", Value::map({{"title", text("Gyrfalcon")}, {"version", text(version)}}));
  document.set("paths", all.build());
  document.set("components",
               Value::map({{"schemas", schemas.build()}, {"securitySchemes", Value::map({{"basicAuth", basic}})}}));
  document.set("security", Value::list({Value::map({{"basicAuth", Value::empty_list()}})}));
  return document.build();
}

}  // namespace gyr::web
