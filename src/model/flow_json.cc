#include "model/flow_json.h"

#include "model/bind.h"
#include "model/execution_json.h"
#include "model/no_types.h"
#include "syntax/json.h"

namespace gyr::model {

using base::MapBuilder;
using base::Value;
using syntax::Node;
using syntax::NodePtr;

namespace {

/// Walks the written tree beside the described types.
class JsonWriter {
 public:
  explicit JsonWriter(const TypeSource& types) : types_(types) {}

  /// The properties of a mapping in the order of the text, then those with a default that is not there (`fill`).
  Value object(const NodePtr& node, std::span<const Schema* const> schemas, bool fill) const {
    if (!node->is_mapping()) return node->to_value();
    MapBuilder map;
    for (const syntax::NodeEntry& entry : node->entries()) {
      if (entry.value->is_null()) continue;
      const Property* property = find(schemas, entry.key);
      map.set(entry.key,
              property != nullptr ? value(entry.value, property->type, property->dynamic) : entry.value->to_value());
    }
    if (fill) {
      for (const Schema* schema : schemas) {
        for (const Property& property : schema->properties()) {
          if (property.default_node != nullptr) map.set_if_absent(property.name, property.options.default_value);
        }
      }
    }
    return map.build();
  }

  Value typed(TypeSource::Kind kind, const Schema& common, const NodePtr& node) const {
    const Node* type = node->is_mapping() ? node->find("type") : nullptr;
    const TypeSource::Found* found = nullptr;
    if (type != nullptr && type->is_scalar()) found = types_.find(kind, scalar_text(*type));
    if (found == nullptr) return node->to_value();
    const Schema* schemas[] = {&common, found->schema};
    return object(node, schemas, false);
  }

  Value value(const NodePtr& node, const TypeInfo& type, bool dynamic) const {
    switch (type.type) {
      case ValueType::task: return typed(TypeSource::Kind::task, TaskSpec::common_schema(), node);
      case ValueType::tasks:
        return list(
            node, [&](const NodePtr& item) { return typed(TypeSource::Kind::task, TaskSpec::common_schema(), item); });
      case ValueType::trigger: return typed(TypeSource::Kind::trigger, TriggerSpec::common_schema(), node);
      case ValueType::condition: return typed(TypeSource::Kind::condition, ConditionSpec::common_schema(), node);
      case ValueType::task_runner: return typed(TypeSource::Kind::task_runner, TaskRunnerSpec::common_schema(), node);
      case ValueType::list:
        return list(node, [&](const NodePtr& item) { return value(item, type.element(), dynamic); });
      case ValueType::map:
        if (type.name == "Label") return labels(node);
        return map(node, type.element(), dynamic);
      case ValueType::object: return described(node, type);
      case ValueType::string:
      case ValueType::uri:
      case ValueType::enumeration:
        if (!node->is_scalar() || node->is_null() || node->value().is_string()) return node->to_value();
        return dynamic ? detail::source_of(node, detail::SourceForm::text) : Value::string(scalar_text(*node));
      case ValueType::integer:
        return dynamic ? node->to_value()
                       : bound<int64_t>(node, [](int64_t number) { return Value::fitting_integer(number); });
      case ValueType::boolean:
        return dynamic ? node->to_value() : bound<bool>(node, [](bool truth) { return Value::boolean(truth); });
      default: return node->to_value();
    }
  }

  /// What an input proposes is text for clients, whatever its type: `3` is "3", a list or a map is its JSON.
  static Value with_texts(const Value& input, const NodePtr& node) {
    if (!input.is_map()) return input;
    MapBuilder map(input);
    for (const std::string_view name : {"defaults", "prefill"}) {
      const Node* proposed = node->find(name);
      if (proposed == nullptr || proposed->is_null()) continue;
      map.set(name,
              Value::string(proposed->is_scalar() ? scalar_text(*proposed) : syntax::write_json(proposed->to_value())));
    }
    return map.build();
  }

 private:
  static const Property* find(std::span<const Schema* const> schemas, std::string_view name) {
    for (const Schema* schema : schemas) {
      if (const Property* property = schema->find(name)) return property;
    }
    return nullptr;
  }

  template <class Item>
  static Value list(const NodePtr& node, Item item_value) {
    if (!node->is_sequence()) return node->to_value();
    base::ListBuilder items;
    items.reserve(node->items().size());
    for (const NodePtr& item : node->items()) items.push(item_value(item));
    return items.build();
  }

  Value map(const NodePtr& node, const TypeInfo& item, bool dynamic) const {
    if (!node->is_mapping()) return node->to_value();
    MapBuilder map;
    for (const syntax::NodeEntry& entry : node->entries()) map.set(entry.key, value(entry.value, item, dynamic));
    return map.build();
  }

  /// A number written as text, and the like, as what it is.
  template <class T, class Make>
  static Value bound(const NodePtr& node, Make make) {
    const NoTypes types;
    BindContext context(types);
    T target{};
    Binder<T>::bind(node, target, context);
    return context.failed() ? node->to_value() : make(target);
  }

  static Value labels(const NodePtr& node) {
    const NoTypes types;
    BindContext context(types);
    std::vector<Label> labels;
    Binder<std::vector<Label>>::bind(node, labels, context);
    return labels_to_value(labels);
  }

  Value described(const NodePtr& node, const TypeInfo& type) const {
    SchemaSource source = type.object;
    const Node* name = node->is_mapping() ? node->find("type") : nullptr;
    for (const auto& [variant, schema] : type.variants) {
      if (name != nullptr && name->is_scalar() && scalar_text(*name) == variant) source = schema;
    }
    if (source == nullptr) return node->to_value();
    const Schema* schema = &source();
    const Value written = object(node, {&schema, 1}, true);
    return type.name == "Input" ? with_texts(written, node) : written;
  }

  const TypeSource& types_;
};

}  // namespace

Value flow_to_value(const Flow& flow, const TypeSource& types) {
  const JsonWriter writer(types);
  MapBuilder map;
  map.set("id", Value::string(flow.id));
  map.set("namespace", Value::string(flow.namespace_));
  map.set("revision", Value::narrow_integer(flow.revision));
  const Schema& schema = Flow::schema();
  for (const Property& property : schema.properties()) {
    if (property.name == "id" || property.name == "namespace" || property.name == "revision") continue;
    NodePtr node = flow.node->find_shared(property.name);
    for (std::string_view alias : property.options.aliases) {
      if (node == nullptr) node = flow.node->find_shared(alias);
    }
    if (node != nullptr && !node->is_null()) {
      map.set(property.name, writer.value(node, property.type, property.dynamic));
    }
  }
  // These are there even where the author said nothing (API-23).
  map.set("disabled", Value::boolean(flow.disabled));
  map.set("deleted", Value::boolean(flow.deleted));
  map.set("draft", Value::boolean(flow.draft));
  return map.build();
}

Value task_to_value(const TaskSpec& task, const TypeSource& types) {
  return JsonWriter(types).typed(TypeSource::Kind::task, TaskSpec::common_schema(), task.node);
}

Value trigger_to_value(const TriggerSpec& trigger, const TypeSource& types) {
  return JsonWriter(types).typed(TypeSource::Kind::trigger, TriggerSpec::common_schema(), trigger.node);
}

Value input_to_value(const Input& input, std::string_view id, const std::vector<std::string>* choices) {
  const NoTypes types;
  const Schema* schema = &Input::schema(input.type);
  MapBuilder map(JsonWriter::with_texts(JsonWriter(types).object(input.node, {&schema, 1}, true), input.node));
  map.set("id", Value::string(id));
  if (choices != nullptr) {
    base::ListBuilder values;
    for (const std::string& choice : *choices) values.push(Value::string(choice));
    map.remove("expression");
    map.set("values", values.build());
  }
  return map.build();
}

Value input_to_value(const NodePtr& declared) {
  const NoTypes types;
  return JsonWriter(types).value(declared, Binder<Input>::type_info(), false);
}

}  // namespace gyr::model
