// io.kestra.plugin.core.log.PurgeLogs (CORE-72, TASK-100)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct PurgeLogs {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  model::Dynamic<std::string> execution_id;
  model::Dynamic<std::vector<std::string>> log_levels;
  model::Dynamic<base::Instant> start_date;
  model::Dynamic<base::Instant> end_date;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> PurgeLogs::run(plugin::RunContext& context) const {
  auto text = [](const std::optional<std::string>& given) { return given ? Value::string(*given) : Value(); };
  GYR_CO_TRY(auto space, co_await context.render(namespace_));
  GYR_CO_TRY(auto flow, co_await context.render(flow_id));
  GYR_CO_TRY(auto id, co_await context.render(execution_id));
  GYR_CO_TRY(auto levels, co_await context.render(log_levels));
  GYR_CO_TRY(auto from, co_await context.render(start_date));
  GYR_CO_TRY(auto to, co_await context.render(end_date));
  if (!to) co_return base::fail(plugin::task_failed, "`endDate` is empty");
  base::ListBuilder names;
  for (const auto& level : levels.value_or(std::vector<std::string>())) names.push(Value::string(level));
  const Value what = Value::map({{"namespace", text(space)},
                                 {"flowId", text(flow)},
                                 {"executionId", text(id)},
                                 {"logLevels", names.build()},
                                 {"startDate", from ? Value::instant(*from) : Value()},
                                 {"endDate", Value::instant(*to)}});
  int64_t count = 0;
  for (;;) {
    GYR_CO_TRY(Value answer, co_await context.host_call(host_calls::logs_purge, what));
    const Value* removed = answer.find("count");
    if (removed != nullptr && removed->is_integer()) count += removed->as_integer();
    const Value* more = answer.find("more");
    if (more == nullptr || !more->is_boolean() || !more->as_boolean()) break;
    if (context.cancel_token().cancelled())
      co_return base::fail(plugin::task_cancelled,
                           "the purge was cancelled; data that is already purged cannot be restored");
  }
  co_return plugin::Success{Value::map({{"count", Value::integer(count)}}), std::nullopt};
}

}  // namespace

plugin::TaskType purge_logs_task() {
  return plugin::task_type<PurgeLogs>("io.kestra.plugin.core.log.PurgeLogs")
      .title("Removes log lines")
      .documentation(
          "The task removes the lines that were written at `endDate` or earlier. By default, it removes lines of all "
          "namespaces.")
      .property("namespace", &PurgeLogs::namespace_,
                {.title = "Namespace of the flows, with its child namespaces", .group = "main"})
      .property("flowId", &PurgeLogs::flow_id, {.title = "Flow in the namespace", .group = "main"})
      .property("executionId", &PurgeLogs::execution_id, {.title = "Id of the execution", .group = "main"})
      .property("logLevels", &PurgeLogs::log_levels,
                {.title = "Log levels to remove",
                 .documentation = "By default, lines of all levels are removed.",
                 .group = "main"})
      .property("startDate", &PurgeLogs::start_date, {.title = "Earliest date of the lines", .group = "main"})
      .property("endDate", &PurgeLogs::end_date,
                {.title = "Latest date of the lines", .required = true, .group = "main"})
      .output("count", {.type = model::ValueType::integer, .title = "Number of lines removed"})
      .example("Keeps the debug lines of one week", R"(id: debugging
type: io.kestra.plugin.core.log.PurgeLogs
endDate: "{{ now() | dateAdd(-7, 'DAYS') }}"
logLevels: [DEBUG, TRACE]
)")
      .build();
}

}  // namespace gyr::plugins::core
