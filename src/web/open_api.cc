#include "web/open_api.h"

#include <map>

#include "base/text.h"
#include "web/shapes.h"
#include "web/status.h"

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
    default: map.set("type", text("string"));
  }
  if (parameter.least) map.set("minimum", Value::integer(*parameter.least));
  if (!parameter.fallback.empty()) {
    const bool flag = parameter.kind == ValueKind::boolean;
    map.set("default", flag ? Value::boolean(parameter.fallback == "true") : text(parameter.fallback));
  }
  return map.build();
}

Value query_parameter(const QueryParameter& parameter) {
  MapBuilder map;
  map.set("name", text(parameter.name));
  map.set("in", text("query"));
  if (!parameter.documentation.empty()) map.set("description", text(parameter.documentation));
  if (parameter.required) map.set("required", Value::boolean(true));
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
  return list.build();
}

Value request_body(Body body) {
  MapBuilder content;
  const auto add = [&](std::string_view type, Value schema) {
    content.set(type, Value::map({{"schema", std::move(schema)}}));
  };
  const Value string = Value::map({{"type", text("string")}});
  const Value object = Value::map({{"type", text("object")}});
  if ((body & yaml_body) != 0) add("application/x-yaml", string);
  if ((body & json_body) != 0) add("application/json", object);
  if ((body & multipart_body) != 0) add("multipart/form-data", object);
  if ((body & urlencoded_body) != 0) add("application/x-www-form-urlencoded", object);
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
  if (route.answer.empty()) return map.build();
  const bool media = route.answer.find('/') != std::string_view::npos;
  const Value schema =
      media ? Value::map({{"type", text("string")}, {"format", text("binary")}}) : schema_of(route.answer);
  map.set(
      "content",
      Value::map({{media ? route.answer : std::string_view("application/json"), Value::map({{"schema", schema}})}}));
  return map.build();
}

Value error_response(int status) {
  return Value::map(
      {{"description", text(status < 400 ? "See the description of the operation" : status_title(status))},
       {"content", Value::map({{"application/json", Value::map({{"schema", schema_of("Error")}})}})}});
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
  if (!route.open) map.set_if_absent("401", error_response(401));
  map.set("default", error_response(422));
  return map.build();
}

Value operation_of(const Route& route, std::string_view path) {
  MapBuilder map;
  map.set("tags", Value::list({text(tag_of(route))}));
  map.set("summary", text(route.summary));
  map.set("operationId", text(route.operation));
  map.set("parameters", parameters_of(route, path));
  if (route.body != no_body) map.set("requestBody", request_body(route.body));
  map.set("responses", responses_of(route));
  if (route.open) {
    map.set("security", Value::empty_list());
  } else if (!route.permission.resource.empty()) {
    map.set("x-permission", text(route.permission.resource));
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
  std::vector<std::string_view> answers;
  for (const Route& route : routes) {
    const std::string path = full_path(route.path);
    paths[path].set(base::to_lower_ascii(to_text(route.method)), operation_of(route, path));
    answers.push_back(route.answer);
  }
  MapBuilder all;
  for (auto& [path, operations] : paths) all.set(path, operations.build());
  const Value basic = Value::map({{"type", text("http")}, {"scheme", text("basic")}});
  MapBuilder document;
  document.set("openapi", text("3.0.1"));
  document.set("info", Value::map({{"title", text("Gyrfalcon")}, {"version", text(version)}}));
  document.set("paths", all.build());
  document.set("components", Value::map({{"schemas", component_schemas(answers)},
                                         {"securitySchemes", Value::map({{"basicAuth", basic}})}}));
  document.set("security", Value::list({Value::map({{"basicAuth", Value::empty_list()}})}));
  return document.build();
}

}  // namespace gyr::web
