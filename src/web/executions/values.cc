#include "web/executions/values.h"

#include "expression/template.h"

namespace gyr::web {

std::optional<std::vector<std::string_view>> described::omitted_of(const model::Execution& execution,
                                                                   uint64_t max_value) {
  if (max_value == 0) return std::nullopt;
  std::vector<std::string_view> names;
  if (is_too_large(execution.inputs, max_value)) names.emplace_back("inputs");
  if (is_too_large(execution.outputs, max_value)) names.emplace_back("outputs");
  if (is_too_large(execution.variables, max_value)) names.emplace_back("variables");
  if (execution.trigger && is_too_large(execution.trigger->variables, max_value)) names.emplace_back("trigger");
  return names.empty() ? std::nullopt : std::optional(std::move(names));
}

bool Described<json::LabelList>::read(const base::Value& given, json::LabelList& list, BodyContext& context) {
  const auto text_of = [](const base::Value* value) {
    return value == nullptr || value->is_null() ? std::string() : expression::to_text(*value);
  };
  if (given.is_map()) {
    for (const auto& entry : given.entries()) list.labels.push_back({std::string(entry.name()), text_of(&entry.value)});
    return true;
  }
  if (!given.is_list()) return context.fail("labels must be a list of {key, value}");
  for (const base::Value& entry : given.items()) {
    if (!entry.is_map()) return context.fail("labels must be a list of {key, value}");
    list.labels.push_back({text_of(entry.find("key")), text_of(entry.find("value"))});
  }
  return true;
}

}  // namespace gyr::web
