// The part of the advice about a valid flow (FLOW-7) that needs no server.
#include "model/bind.h"
#include "model/errors.h"
#include "model/flow_rules.h"

namespace gyr::model {

using syntax::NodePtr;

namespace {

constexpr std::string_view pause_type = "io.kestra.plugin.core.flow.Pause";

syntax::Span key_span(const NodePtr& node, std::string_view key) {
  const syntax::NodeEntry* entry = node->find_entry(key);
  return entry != nullptr ? entry->key_span : node->span();
}

/// Properties that only a worker heeds, on a task that no worker sees.
void advise_on_useless(const TaskSpec& task, BindContext& context) {
  if (task.found->runnable) return;
  const auto warn = [&](std::string_view property) {
    context.warn(useless_property,
                 fmt::format("The task '{}' cannot use the '{}' property as it's only relevant for runnable tasks.",
                             task.id, property),
                 key_span(task.node, property));
  };
  if (task.timeout.is_set() && !task.is(pause_type)) warn("timeout");
  if (task.task_cache) warn("taskCache");
  if (task.worker_group) warn("workerGroup");
}

void advise_on_secrets(const TaskSpec& task, BindContext& context) {
  for (const Property& property : task.found->schema->properties()) {
    if (!property.options.secret) continue;
    const NodePtr node = task.node->find_shared(property.name);
    if (node == nullptr || !node->is_scalar() || node->is_null() || node->text().find("{{") != std::string::npos)
      continue;
    context.warn(
        plain_secret,
        fmt::format("Task '{}': Property '{}' is annotated as a secret and should be provided as a Pebble expression "
                    "(e.g., `{{{{ secret('MY_SECRET') }}}}`), not a plain-text value.",
                    task.id, property.name),
        node->span());
  }
}

}  // namespace

void advise_on_flow(const Flow& flow, BindContext& context) {
  flow.for_each_task([&](const TaskSpec& task) {
    if (task.found == nullptr || task.node == nullptr || !task.node->is_mapping()) return;
    advise_on_useless(task, context);
    advise_on_secrets(task, context);
  });
}

}  // namespace gyr::model
