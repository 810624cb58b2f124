#include "plugin_api/aliases.h"

#include <algorithm>
#include <array>

namespace gyr::plugin {

namespace {

/// Types below `current` were below `old`, with the same last part.
struct Family {
  std::string_view current;
  std::string_view old;
};

constexpr std::array families = {
    Family{"io.kestra.plugin.core.flow.", "io.kestra.core.tasks.flows."},
    Family{"io.kestra.plugin.core.debug.", "io.kestra.core.tasks.debugs."},
    Family{"io.kestra.plugin.core.log.", "io.kestra.core.tasks.log."},
    Family{"io.kestra.plugin.core.state.", "io.kestra.core.tasks.states."},
    Family{"io.kestra.plugin.core.storage.", "io.kestra.core.tasks.storages."},
    Family{"io.kestra.plugin.core.http.", "io.kestra.plugin.fs.http."},
};

/// Conditions had the suffix `Condition`, in their own package and in an older one.
constexpr std::string_view condition_family = "io.kestra.plugin.core.condition.";
constexpr std::string_view old_condition_family = "io.kestra.core.models.conditions.types.";
/// These keep the suffix to this day.
constexpr std::array<std::string_view, 3> conditions_with_suffix = {"FlowCondition", "FlowNamespaceCondition",
                                                                    "MultipleCondition"};

struct Single {
  std::string_view type;
  std::string_view old;
};

constexpr std::array singles = {
    Single{"io.kestra.plugin.core.flow.Subflow", "io.kestra.core.tasks.flows.Flow"},
    Single{"io.kestra.plugin.core.flow.Subflow", "io.kestra.plugin.core.flow.Flow"},
    Single{"io.kestra.plugin.core.flow.WorkingDirectory", "io.kestra.core.tasks.flows.Worker"},
    Single{"io.kestra.plugin.core.flow.LoopUntil", "io.kestra.plugin.core.flow.WaitFor"},
    Single{"io.kestra.plugin.core.execution.Count", "io.kestra.core.tasks.executions.Counts"},
    Single{"io.kestra.plugin.core.execution.Fail", "io.kestra.core.tasks.executions.Fail"},
    Single{"io.kestra.plugin.core.execution.Labels", "io.kestra.core.tasks.executions.Labels"},
    Single{"io.kestra.plugin.core.execution.PurgeExecutions", "io.kestra.core.tasks.storages.Purge"},
    Single{"io.kestra.plugin.core.execution.PurgeExecutions", "io.kestra.plugin.core.storage.Purge"},
    Single{"io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles", "io.kestra.core.tasks.storages.PurgeExecution"},
    Single{"io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles", "io.kestra.plugin.core.storage.PurgeExecution"},
    Single{"io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles",
           "io.kestra.plugin.core.storage.PurgeExecutionFiles"},
    Single{"io.kestra.plugin.core.trigger.Toggle", "io.kestra.core.tasks.trigger.Toggle"},
    Single{"io.kestra.plugin.core.templating.TemplatedTask", "io.kestra.core.tasks.templating.TemplatedTask"},
    Single{"io.kestra.plugin.core.trigger.Flow", "io.kestra.core.models.triggers.types.Flow"},
    Single{"io.kestra.plugin.core.trigger.Schedule", "io.kestra.core.models.triggers.types.Schedule"},
    Single{"io.kestra.plugin.core.trigger.Webhook", "io.kestra.core.models.triggers.types.Webhook"},
    Single{"io.kestra.plugin.core.trigger.Webhook", "io.kestra.plugin.core.http.Webhook"},
    Single{"io.kestra.plugin.core.condition.Expression", "io.kestra.core.models.conditions.types.VariableCondition"},
    Single{"io.kestra.plugin.core.runner.Process", "io.kestra.core.models.tasks.runners.types.ProcessTaskRunner"},
    Single{"io.kestra.plugin.scripts.runner.docker.Docker", "io.kestra.plugin.scripts.runner.docker.DockerTaskRunner"},
};

/// LoopUntil is younger than the old package: it never had a name there (FLOW-8).
constexpr std::array<std::string_view, 1> young = {"io.kestra.plugin.core.flow.LoopUntil"};

void add_condition_names(std::string_view type, std::vector<std::string>& names) {
  const std::string_view name = type.substr(condition_family.size());
  const bool keeps = std::ranges::find(conditions_with_suffix, name) != conditions_with_suffix.end();
  const std::string suffix = keeps ? "" : "Condition";
  if (!keeps) names.push_back(std::string(type) + suffix);
  // The old package's name of Expression was another one.
  if (name != "Expression") names.push_back(std::string(old_condition_family) + std::string(name) + suffix);
}

}  // namespace

std::vector<std::string> family_aliases(std::string_view type) {
  std::vector<std::string> names;
  const bool is_young = std::ranges::find(young, type) != young.end();
  for (const Family& family : families) {
    if (!is_young && type.starts_with(family.current)) {
      names.push_back(std::string(family.old) + std::string(type.substr(family.current.size())));
    }
  }
  if (type.starts_with(condition_family)) add_condition_names(type, names);
  for (const Single& single : singles) {
    if (single.type == type) names.emplace_back(single.old);
  }
  return names;
}

}  // namespace gyr::plugin
