#include "plugin_api/documentation.h"

#include "plugin_api/json_schema.h"
#include "plugin_api/task_type.h"
#include "syntax/json.h"

namespace gyr::plugin {

using model::Property;
using model::TypeInfo;
using model::ValueType;
using Kind = model::TypeSource::Kind;

namespace {

std::string_view plain_words(ValueType type) {
  switch (type) {
    case ValueType::string: return "text";
    case ValueType::integer: return "integer";
    case ValueType::number: return "number";
    case ValueType::boolean: return "boolean";
    case ValueType::duration: return "duration";
    case ValueType::date_time: return "date-time";
    case ValueType::date: return "date";
    case ValueType::time: return "time of day";
    case ValueType::uri: return "URI";
    case ValueType::any: return "anything";
    case ValueType::enumeration: return "name";
    case ValueType::list: return "list";
    case ValueType::map: return "map";
    case ValueType::object: return "object";
    case ValueType::task: return "task";
    case ValueType::tasks: return "list of tasks";
    case ValueType::trigger: return "trigger";
    case ValueType::condition: return "condition";
    case ValueType::task_runner: return "task runner";
  }
  return "anything";
}

std::string join_names(const std::vector<std::string>& names) { return fmt::format("`{}`", fmt::join(names, "`, `")); }

/// All facts about one property, after its name.
std::string facts(const Property& property) {
  const model::PropertyOptions& options = property.options;
  std::string line = type_words(property.type);
  if (property.must_be_given()) line += ", required";
  line += property.dynamic ? ", dynamic" : ", static";
  if (options.secret) line += ", secret";
  if (options.deprecated) line += ", deprecated";
  if (!options.default_value.is_null())
    line += fmt::format(", default `{}`", syntax::write_json(options.default_value));
  if (options.minimum) line += fmt::format(", at least {}", *options.minimum);
  if (options.maximum) line += fmt::format(", at most {}", *options.maximum);
  if (options.max_length) line += fmt::format(", at most {} long", *options.max_length);
  if (!options.pattern.empty()) line += fmt::format(", pattern `{}`", options.pattern);
  return line;
}

void append_property(const Property& property, std::string_view indent, std::string& page, int depth);

void append_object(const model::Schema& schema, std::string_view indent, std::string& page, int depth) {
  for (const Property& property : schema.properties()) append_property(property, indent, page, depth);
}

/// Maximum depth of described objects; an object that contains itself would never end.
constexpr int max_object_depth = 3;

void append_property(const Property& property, std::string_view indent, std::string& page, int depth) {
  if (property.options.hidden) return;
  page += fmt::format("{}- `{}`: {}.", indent, property.name, facts(property));
  if (!property.options.title.empty()) page += fmt::format(" {}.", property.options.title);
  if (!property.options.documentation.empty()) page += fmt::format(" {}", property.options.documentation);
  page += '\n';
  if (depth >= max_object_depth) return;  // variants are two levels deeper
  const TypeInfo* type = &property.type;
  while (type->item != nullptr) type = type->item.get();
  const std::string deeper = std::string(indent) + "  ";
  if (type->object != nullptr) append_object(type->object(), deeper, page, depth + 1);
  for (const auto& [name, source] : type->variants) {
    page += fmt::format("{}- with `type: {}`:\n", deeper, name);
    append_object(source(), deeper + "  ", page, depth + 2);
  }
}

void append_outputs(const TypeDescription& type, std::string_view heading, std::string& page) {
  if (type.outputs.empty()) return;
  page += fmt::format("\n## {}\n\n", heading);
  for (const auto& [name, info] : type.outputs) {
    page += fmt::format("- `{}`: {}.", name, plain_words(info.type));
    if (!info.title.empty()) page += fmt::format(" {}.", info.title);
    if (!info.documentation.empty()) page += fmt::format(" {}", info.documentation);
    page += '\n';
  }
}

}  // namespace

std::string type_words(const TypeInfo& type) {
  if (type.type == ValueType::enumeration) return "one of " + join_names(type.values);
  if (type.type == ValueType::list && type.item != nullptr) return "list of " + type_words(*type.item);
  if (type.type == ValueType::map && type.item != nullptr) return "map of " + type_words(*type.item);
  if (!type.variants.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, source] : type.variants) names.push_back(name);
    return "object of type " + join_names(names);
  }
  return std::string(plain_words(type.type));
}

std::string documentation_page(Kind kind, const TypeDescription& type, bool with_common) {
  std::string page =
      fmt::format("# {}\n\n```yaml\ntype: \"{}\"\n```\n", type.type.substr(type.type.rfind('.') + 1), type.type);
  if (type.deprecated) page += "\nThis type is deprecated.\n";
  if (!type.title.empty()) page += fmt::format("\n{}.\n", type.title);
  if (!type.documentation.empty()) page += fmt::format("\n{}\n", type.documentation);
  if (!type.examples.empty()) page += "\n## Examples\n";
  for (const Example& example : type.examples) {
    page += fmt::format("\n{}:\n\n```yaml\n{}{}```\n", example.title, example.code,
                        example.code.ends_with('\n') ? "" : "\n");
  }
  page += "\n## Properties\n\n";
  if (type.schema.properties().empty()) page += "None of its own.\n";
  append_object(type.schema, "", page, 0);
  if (with_common) {
    page += "\n## Common properties\n\n";
    append_object(common_schema(kind), "", page, 0);
  }
  append_outputs(type, kind == Kind::trigger ? "Variables of the execution" : "Outputs", page);
  if (kind == Kind::task && !static_cast<const TaskType&>(type).metrics.empty()) {
    page += "\n## Metrics\n\n";
    for (const auto& metric : static_cast<const TaskType&>(type).metrics) {
      page += fmt::format("- `{}`: {}. {}.\n", metric.name, to_text(metric.type), metric.title);
    }
  }
  return page;
}

}  // namespace gyr::plugin
