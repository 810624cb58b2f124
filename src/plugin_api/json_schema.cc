#include "plugin_api/json_schema.h"

#include <map>

#include "model/flow.h"

namespace gyr::plugin {

using base::ListBuilder;
using base::MapBuilder;
using base::Value;
using model::Property;
using model::Schema;
using model::TypeInfo;
using model::ValueType;
using Kind = model::TypeSource::Kind;

const Schema& common_schema(Kind kind) {
  switch (kind) {
    case Kind::trigger: return model::TriggerSpec::common_schema();
    case Kind::condition: return model::ConditionSpec::common_schema();
    case Kind::task_runner: return model::TaskRunnerSpec::common_schema();
    case Kind::task: break;
  }
  return model::TaskSpec::common_schema();
}

namespace {

Value text(std::string_view value) { return Value::string(value); }
Value reference(std::string_view name) { return Value::map({{"$ref", text(fmt::format("#/definitions/{}", name))}}); }
Value any_of(std::initializer_list<Value> branches) { return Value::map({{"anyOf", Value::list(branches)}}); }
Value of_type(std::string_view type) { return Value::map({{"type", text(type)}}); }
Value of_text(std::string_view format) { return Value::map({{"type", text("string")}, {"format", text(format)}}); }

/// Any text with an expression in it.
Value expression_text() { return Value::map({{"type", text("string")}, {"pattern", text(".*{{.*}}.*")}}); }

/// Clients look up the schema of a flow by this name (API-111); messages use the name of the model.
constexpr std::string_view flow_definition = "io.kestra.core.models.flows.Flow";

std::string_view kind_definition(Kind kind) { return common_schema(kind).name(); }

/// Gathers definitions while properties are written. Lives for one document.
class SchemaWriter {
 public:
  /// `{properties, required}` into `map`.
  void properties(std::span<const Schema* const> schemas, std::string_view type, MapBuilder& map) {
    MapBuilder properties;
    ListBuilder required;
    if (!type.empty()) {
      properties.set("type", Value::map({{"const", text(type)}}));
      required.push(text("type"));
    }
    for (const Schema* schema : schemas) {
      for (const Property& property : schema->properties()) {
        if (property.options.hidden) continue;
        properties.set(property.name, property_schema(property));
        if (property.must_be_given()) required.push(text(property.name));
      }
    }
    map.set("properties", properties.build());
    if (required.size() != 0) map.set("required", required.build());
  }

  Value property_schema(const Property& property) {
    MapBuilder map(value_schema(property.type, property.dynamic));
    const model::PropertyOptions& options = property.options;
    if (!options.title.empty()) map.set("title", text(options.title));
    if (!options.documentation.empty()) map.set("description", text(options.documentation));
    if (!options.default_value.is_null()) map.set("default", options.default_value);
    if (options.minimum) map.set("minimum", Value::number(*options.minimum));
    if (options.maximum) map.set("maximum", Value::number(*options.maximum));
    const bool is_text = property.type.type == ValueType::string;
    if (options.min_length)
      map.set(is_text ? "minLength" : "minItems", Value::integer(static_cast<int64_t>(*options.min_length)));
    if (options.max_length)
      map.set(is_text ? "maxLength" : "maxItems", Value::integer(static_cast<int64_t>(*options.max_length)));
    if (options.not_empty || options.not_blank)
      map.set_if_absent(is_text ? "minLength" : "minItems", Value::integer(1));
    if (!options.pattern.empty()) map.set("pattern", text(options.pattern));
    if (property.dynamic) map.set("$dynamic", Value::boolean(true));
    if (options.secret) map.set("$secret", Value::boolean(true));
    if (options.deprecated) map.set("$deprecated", Value::boolean(true));
    if (!options.group.empty()) map.set("$group", text(options.group));
    return map.build();
  }

  Value value_schema(const TypeInfo& type, bool dynamic) {
    const bool is_text = type.type == ValueType::string || type.type == ValueType::any || type.type == ValueType::uri;
    Value plain = plain_schema(type, dynamic);
    if (!dynamic || is_text) return plain;
    return any_of({std::move(plain), expression_text()});
  }

  /// A definition of each type of a kind, and the one that is any of them.
  template <class Types>
  void define_kind(Kind kind, const Types& types) {
    ListBuilder branches;
    for (const TypeDescription& type : types) {
      define_type(kind, type);
      branches.push(reference(type.type));
    }
    definitions_.insert_or_assign(std::string(kind_definition(kind)), Value::map({{"anyOf", branches.build()}}));
  }

  void define_type(Kind kind, const TypeDescription& type) {
    const Schema* schemas[] = {&common_schema(kind), &type.schema};
    MapBuilder map;
    map.set("type", text("object"));
    if (!type.title.empty()) map.set("title", text(type.title));
    if (!type.documentation.empty()) map.set("description", text(type.documentation));
    properties(schemas, type.type, map);
    map.set("additionalProperties", Value::boolean(false));
    if (type.deprecated) map.set("$deprecated", Value::boolean(true));
    if (!type.examples.empty()) map.set("$examples", examples(type));
    if (kind == Kind::task) set_metrics(static_cast<const TaskType&>(type), map);
    definitions_.insert_or_assign(type.type, map.build());
  }

  static Value examples(const TypeDescription& type) {
    ListBuilder list;
    for (const Example& example : type.examples) {
      list.push(Value::map(
          {{"title", text(example.title)}, {"code", text(example.code)}, {"full", Value::boolean(example.full)}}));
    }
    return list.build();
  }

  static void set_metrics(const TaskType& type, MapBuilder& map) {
    if (type.metrics.empty()) return;
    ListBuilder list;
    for (const auto& metric : type.metrics) {
      list.push(Value::map(
          {{"name", text(metric.name)}, {"type", text(to_text(metric.type))}, {"description", text(metric.title)}}));
    }
    map.set("$metrics", list.build());
  }

  Value definitions() const {
    MapBuilder map;
    for (const auto& [name, schema] : definitions_) map.set(name, schema);
    return map.build();
  }

  /// A reference to a described object, which becomes a definition. `type` is the constant of its `type`, where it has
  /// one; `name` that of the definition, where it is not the schema's own.
  Value object_reference(model::SchemaSource source, std::string_view type, std::string_view name = {}) {
    const Schema& schema = source();
    if (name.empty()) name = schema.name();
    if (definitions_.try_emplace(std::string(name)).second) {  // before its properties: it may hold itself
      MapBuilder map;
      map.set("type", text("object"));
      const Schema* schemas[] = {&schema};
      properties(schemas, type, map);
      map.set("additionalProperties", Value::boolean(false));
      definitions_.insert_or_assign(std::string(name), map.build());
    }
    return reference(name);
  }

 private:
  Value plain_schema(const TypeInfo& type, bool dynamic) {
    switch (type.type) {
      case ValueType::string: return of_type("string");
      case ValueType::integer: return of_type("integer");
      case ValueType::number: return of_type("number");
      case ValueType::boolean: return of_type("boolean");
      case ValueType::duration:
        return Value::map({{"type", Value::list({text("string"), text("number")})}, {"format", text("duration")}});
      case ValueType::date_time: return of_text("date-time");
      case ValueType::date: return of_text("date");
      case ValueType::time: return of_text("time");
      case ValueType::uri: return of_text("uri");
      case ValueType::any: return Value::empty_map();
      case ValueType::enumeration: {
        ListBuilder names;
        for (const std::string& name : type.values) names.push(text(name));
        return Value::map({{"type", text("string")}, {"enum", names.build()}});
      }
      case ValueType::list:
        return Value::map({{"type", text("array")}, {"items", value_schema(type.element(), dynamic)}});
      case ValueType::map: return map_schema(type, dynamic);
      case ValueType::object: return object_schema(type);
      case ValueType::task: return reference(kind_definition(Kind::task));
      case ValueType::tasks:
        return Value::map({{"type", text("array")}, {"items", reference(kind_definition(Kind::task))}});
      case ValueType::trigger: return reference(kind_definition(Kind::trigger));
      case ValueType::condition: return reference(kind_definition(Kind::condition));
      case ValueType::task_runner: return reference(kind_definition(Kind::task_runner));
    }
    return Value::empty_map();
  }

  Value map_schema(const TypeInfo& type, bool dynamic) {
    const Value map =
        Value::map({{"type", text("object")}, {"additionalProperties", value_schema(type.element(), dynamic)}});
    if (type.name != "Label") return map;
    const Value pair =
        Value::map({{"type", text("object")},
                    {"properties", Value::map({{"key", of_type("string")}, {"value", of_type("string")}})},
                    {"required", Value::list({text("key"), text("value")})}});
    return any_of({map, Value::map({{"type", text("array")}, {"items", pair}})});
  }

  Value object_schema(const TypeInfo& type) {
    if (type.object != nullptr) return object_reference(type.object, {});
    ListBuilder branches;
    for (const auto& [name, source] : type.variants) branches.push(object_reference(source, name));
    return Value::map({{"anyOf", branches.build()}});
  }

  std::map<std::string, Value> definitions_;  // sorted: the document is the same every time
};

/// Every kind of type, so that references of tasks to conditions and runners lead somewhere.
void define_all(const Registry& registry, SchemaWriter& writer) {
  writer.define_kind(Kind::task, registry.tasks());
  writer.define_kind(Kind::trigger, registry.triggers());
  writer.define_kind(Kind::condition, registry.conditions());
  writer.define_kind(Kind::task_runner, registry.task_runners());
}

Value root_of(SchemaKind kind, SchemaWriter& writer) {
  switch (kind) {
    case SchemaKind::task: return reference(kind_definition(Kind::task));
    case SchemaKind::trigger: return reference(kind_definition(Kind::trigger));
    case SchemaKind::plugin_default:
      return writer.value_schema(model::Binder<model::PluginDefault>::type_info(), false);
    case SchemaKind::flow: break;
  }
  return writer.object_reference(&model::Flow::schema, {}, flow_definition);
}

}  // namespace

Value json_schema(const Registry& registry, SchemaKind kind, bool array_of) {
  SchemaWriter writer;
  define_all(registry, writer);
  Value root = root_of(kind, writer);
  MapBuilder document;
  document.set("$schema", text("http://json-schema.org/draft-07/schema#"));
  document.set("definitions", writer.definitions());
  if (array_of) {
    document.set("type", text("array"));
    document.set("items", root);
  } else {
    for (const auto& entry : root.entries()) document.set(entry.key, entry.value);
  }
  return document.build();
}

Value type_schema(Kind kind, const TypeDescription& type, bool with_common) {
  SchemaWriter writer;
  std::vector<const Schema*> schemas;
  if (with_common) schemas.push_back(&common_schema(kind));
  schemas.push_back(&type.schema);
  MapBuilder own;
  own.set("type", text("object"));
  if (!type.title.empty()) own.set("title", text(type.title));
  if (!type.documentation.empty()) own.set("description", text(type.documentation));
  writer.properties(schemas, with_common ? std::string_view(type.type) : std::string_view(), own);
  if (type.deprecated) own.set("$deprecated", Value::boolean(true));
  if (!type.examples.empty()) own.set("$examples", SchemaWriter::examples(type));
  if (kind == Kind::task) SchemaWriter::set_metrics(static_cast<const TaskType&>(type), own);
  MapBuilder outputs;
  for (const auto& [name, info] : type.outputs) {
    MapBuilder output(writer.value_schema({.type = info.type}, false));
    if (!info.title.empty()) output.set("title", text(info.title));
    if (!info.documentation.empty()) output.set("description", text(info.documentation));
    outputs.set(name, output.build());
  }
  MapBuilder result;
  result.set("properties", own.build());
  if (!type.outputs.empty()) {
    result.set("outputs", Value::map({{"type", text("object")}, {"properties", outputs.build()}}));
  }
  result.set("definitions", writer.definitions());
  return result.build();
}

}  // namespace gyr::plugin
