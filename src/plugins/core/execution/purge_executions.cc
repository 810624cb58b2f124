// io.kestra.plugin.core.execution.PurgeExecutions (CORE-88, CORE-100, TASK-98)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct PurgeExecutions {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  model::Dynamic<base::Instant> start_date;
  model::Dynamic<base::Instant> end_date;
  model::Dynamic<std::vector<std::string>> states;
  model::Dynamic<bool> purge_execution;
  model::Dynamic<bool> purge_log;
  model::Dynamic<bool> purge_metric;
  model::Dynamic<bool> purge_storage;
  model::Dynamic<int64_t> batch_size;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
  base::Task<base::Result<Value>> arguments(plugin::RunContext& context) const;
};

int64_t count_of(const Value& answer, std::string_view name) {
  const Value* count = answer.find(name);
  return count != nullptr && count->is_integer() ? count->as_integer() : 0;
}

base::Task<base::Result<Value>> PurgeExecutions::arguments(plugin::RunContext& context) const {
  auto text = [](const std::optional<std::string>& given) { return given ? Value::string(*given) : Value(); };
  auto instant = [](const std::optional<base::Instant>& given) { return given ? Value::instant(*given) : Value(); };
  base::MapBuilder arguments;
  GYR_CO_TRY(auto space, co_await context.render(namespace_));
  arguments.set("namespace", text(space));
  GYR_CO_TRY(auto flow, co_await context.render(flow_id));
  arguments.set("flowId", text(flow));
  GYR_CO_TRY(auto from, co_await context.render(start_date));
  arguments.set("startDate", instant(from));
  GYR_CO_TRY(auto to, co_await context.render(end_date));
  if (!to) co_return base::fail(plugin::task_failed, "`endDate` is empty");
  arguments.set("endDate", instant(to));
  GYR_CO_TRY(auto in_states, co_await context.render(states));
  base::ListBuilder names;
  for (const auto& state : in_states.value_or(std::vector<std::string>())) names.push(Value::string(state));
  arguments.set("states", names.build());
  GYR_CO_TRY(auto executions, co_await context.render(purge_execution));
  arguments.set("purgeExecution", Value::boolean(executions.value_or(true)));
  GYR_CO_TRY(auto logs, co_await context.render(purge_log));
  arguments.set("purgeLog", Value::boolean(logs.value_or(true)));
  GYR_CO_TRY(auto metrics, co_await context.render(purge_metric));
  arguments.set("purgeMetric", Value::boolean(metrics.value_or(true)));
  GYR_CO_TRY(auto files, co_await context.render(purge_storage));
  arguments.set("purgeStorage", Value::boolean(files.value_or(true)));
  GYR_CO_TRY(auto size, co_await context.render(batch_size));
  arguments.set("batchSize", Value::integer(size.value_or(100)));
  co_return arguments.build();
}

base::Task<plugin::TaskResult> PurgeExecutions::run(plugin::RunContext& context) const {
  GYR_CO_TRY(Value what, co_await arguments(context));
  const bool goes = what.find("purgeExecution")->as_boolean();
  int64_t executions = 0, logs = 0, storages = 0, metrics = 0;
  for (int64_t page = 1;; ++page) {
    base::MapBuilder batch(what);
    batch.set("page", Value::integer(goes ? 1 : page));  // removed executions move the rest to the first page
    GYR_CO_TRY(Value answer, co_await context.host_call(host_calls::executions_purge, batch.build()));
    executions += count_of(answer, "executions");
    logs += count_of(answer, "logs");
    storages += count_of(answer, "storages");
    metrics += count_of(answer, "metrics");
    const Value* more = answer.find("more");
    if (more == nullptr || !more->is_boolean() || !more->as_boolean()) break;
    if (context.cancel_token().cancelled())
      co_return base::fail(plugin::task_cancelled,
                           "the purge was cancelled; data that is already purged cannot be restored");
  }
  co_return plugin::Success{Value::map({{"executionsCount", Value::integer(executions)},
                                        {"logsCount", Value::integer(logs)},
                                        {"storagesCount", Value::integer(storages)},
                                        {"metricsCount", Value::integer(metrics)}}),
                            std::nullopt};
}

}  // namespace

plugin::TaskType purge_executions_task() {
  const Value yes = Value::boolean(true);
  return plugin::task_type<PurgeExecutions>("io.kestra.plugin.core.execution.PurgeExecutions")
      .title("Removes executions that have ended, with their data")
      .documentation(
          "Executions that started at `startDate` or later and ended at `endDate` or earlier are removed permanently, "
          "the oldest first. Running and paused executions are never removed.")
      .property("namespace", &PurgeExecutions::namespace_,
                {.title = "Namespace of the flows, with its child namespaces",
                 .documentation = "By default, all namespaces are included.",
                 .group = "main"})
      .property("flowId", &PurgeExecutions::flow_id, {.title = "Flow in the namespace", .group = "main"})
      .property("startDate", &PurgeExecutions::start_date, {.title = "Earliest start date", .group = "main"})
      .property("endDate", &PurgeExecutions::end_date, {.title = "Latest end date", .required = true, .group = "main"})
      .property("states", &PurgeExecutions::states,
                {.title = "Final states of the executions",
                 .documentation = "By default, executions in all final states are removed.",
                 .group = "main"})
      .property("purgeExecution", &PurgeExecutions::purge_execution,
                {.title = "Whether to remove the executions", .default_value = yes, .group = "main"})
      .property("purgeLog", &PurgeExecutions::purge_log,
                {.title = "Whether to remove the logs of the executions", .default_value = yes, .group = "main"})
      .property("purgeMetric", &PurgeExecutions::purge_metric,
                {.title = "Whether to remove the metrics of the executions", .default_value = yes, .group = "main"})
      .property("purgeStorage", &PurgeExecutions::purge_storage,
                {.title = "Whether to remove the files of the executions", .default_value = yes, .group = "main"})
      .property("batchSize", &PurgeExecutions::batch_size,
                {.title = "Number of executions to remove at a time",
                 .default_value = Value::narrow_integer(100),
                 .group = "main"})
      .output("executionsCount", {.type = model::ValueType::integer, .title = "Number of executions removed"})
      .output("logsCount", {.type = model::ValueType::integer, .title = "Number of log lines removed"})
      .output("storagesCount", {.type = model::ValueType::integer, .title = "Number of files removed"})
      .output("metricsCount", {.type = model::ValueType::integer, .title = "Number of metrics removed"})
      .example("Keeps the executions of the last month", R"(id: month
type: io.kestra.plugin.core.execution.PurgeExecutions
endDate: "{{ now() | dateAdd(-1, 'MONTHS') }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
