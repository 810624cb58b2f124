#include "connectors/connectors.h"

#include "base/assert.h"
#include "connectors/connector_run.h"
#include "connectors/github_app.h"
#include "connectors/read_definition.h"
#include "embedded/connectors.h"

namespace gyr::connectors {
namespace {

using base::Value;
using model::ValueType;

ValueType shown_type(PropertyKind kind) {
  switch (kind) {
    case PropertyKind::boolean: return ValueType::boolean;
    case PropertyKind::integer: return ValueType::integer;
    case PropertyKind::duration: return ValueType::duration;
    case PropertyKind::list: return ValueType::list;
    case PropertyKind::map: return ValueType::map;
    case PropertyKind::json:
    case PropertyKind::any: return ValueType::any;
    case PropertyKind::enumeration: return ValueType::enumeration;
    case PropertyKind::string: break;
  }
  return ValueType::string;
}

template <class T>
void keep_source(const std::string& name, const syntax::NodePtr& node, void* object, model::BindContext& context) {
  model::Dynamic<T> source;
  model::Binder<model::Dynamic<T>>::bind(node, source, context);
  static_cast<ConnectorTask*>(object)->written.insert_or_assign(name, source);
}

/// The texts stay those of the definition, which lives as long as the type.
model::Property property_of(const std::string& name, const PropertySpec& spec) {
  model::Property property;
  property.name = name;
  property.options.title = spec.title;
  property.options.documentation = spec.documentation;
  property.options.required = spec.required;
  property.options.secret = spec.secret;
  property.options.default_value = spec.default_value;
  property.options.group = spec.group;
  property.dynamic = true;
  property.type.type = shown_type(spec.type);
  if (spec.type == PropertyKind::enumeration) {
    property.type.name = name;
    property.type.values = spec.values;
  }
  const bool is_text = spec.type == PropertyKind::string || spec.type == PropertyKind::enumeration;
  const bool is_duration = spec.type == PropertyKind::duration;
  property.bind = [name, is_text, is_duration](const syntax::NodePtr& node, void* object, model::BindContext& context) {
    if (is_duration) {
      keep_source<base::Duration>(name, node, object, context);
    } else if (is_text) {
      keep_source<std::string>(name, node, object, context);
    } else {
      keep_source<Value>(name, node, object, context);
    }
  };
  return property;
}

/// `fetchType`, of an element that gives rows (PLUG-6).
PropertySpec fetch_property(const FetchSpec& fetch) {
  PropertySpec spec{.type = PropertyKind::enumeration,
                    .title = "What becomes of the rows",
                    .documentation =
                        "`FETCH`: all are an output. `FETCH_ONE`: only the first one is. `STORE`: they are "
                        "a file in internal storage. `NONE`: only their number is an output.",
                    .group = "main"};
  for (const auto& [name, value] : model::EnumNames<FetchType>::names()) {
    spec.values.emplace_back(name);
    if (value == fetch.default_type) spec.default_value = Value::string(name);
  }
  return spec;
}

plugin::TaskType task_type(const std::shared_ptr<const Definition>& definition, const ElementSpec& element) {
  plugin::TaskTypeBuilder<ConnectorTask> builder(element.type);
  builder.title(element.title).documentation(element.documentation).trait(plugin::Trait::killable);
  for (const auto& alias : element.aliases) builder.alias(alias);
  for (const auto* specs : {&element.properties, &definition->connection}) {
    for (const auto& [name, spec] : *specs) builder.property(property_of(name, spec));
  }
  builder.property("options", &ConnectorTask::options, {.title = "Options of the HTTP client", .group = "connection"});
  for (const auto& [name, output] : element.outputs) builder.output(name, {.type = output.type, .title = output.title});
  std::shared_ptr<const PropertySpec> fetch;
  if (element.fetch) {
    fetch = std::make_shared<const PropertySpec>(fetch_property(*element.fetch));
    builder.property(property_of("fetchType", *fetch));
    builder.output(element.fetch->output, {.type = ValueType::list, .title = "Rows, with `FETCH`"});
    if (element.fetch->one != element.fetch->output)
      builder.output(element.fetch->one, {.type = ValueType::map, .title = "First row, with `FETCH_ONE`"});
    builder.output("size", {.type = ValueType::integer, .title = "Number of rows"});
    builder.output("uri", {.type = ValueType::uri, .title = "File with the rows, with `STORE`"});
    builder.metric("fetch.size", model::MetricType::counter, "Number of rows");
  }
  builder.example(element.title, element.example);
  plugin::TaskType type = builder.build();
  type.make = [definition, fetch, &element]() -> std::unique_ptr<model::PluginObject> {
    auto object = std::make_unique<plugin::HeldObject<ConnectorTask>>();
    object->properties.definition = definition;
    object->properties.element = &element;
    return object;
  };
  return type;
}

}  // namespace

std::vector<plugin::TaskType> task_types(std::shared_ptr<const Definition> definition) {
  std::vector<plugin::TaskType> types;
  for (const ElementSpec& element : definition->elements) types.push_back(task_type(definition, element));
  return types;
}

std::vector<std::shared_ptr<const Definition>> embedded_connectors() {
  std::vector<std::shared_ptr<const Definition>> found;
  for (const base::EmbeddedFile& file : embedded::connectors()) {
    auto definition = read_definition(file.name, file.content);
    GYR_ASSERT(definition.has_value());
    for (ElementSpec& element : definition->elements) element.tests = {};  // only replays need them
    found.push_back(std::make_shared<const Definition>(*std::move(definition)));
  }
  return found;
}

void register_connectors(plugin::Registry& registry) {
  for (auto& definition : embedded_connectors()) {
    for (auto& type : task_types(definition)) registry.add(std::move(type));
  }
  registry.add(github_app_token_task());
}

}  // namespace gyr::connectors
