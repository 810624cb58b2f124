// io.kestra.plugin.core.execution.Count (CORE-87, CORE-98, TASK-95)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

constexpr int64_t default_days = 30;

struct Count {
  model::Dynamic<Value> flows;
  model::Dynamic<std::vector<std::string>> namespaces;
  model::Dynamic<std::vector<std::string>> states;
  model::Dynamic<base::Instant> start_date;
  model::Dynamic<base::Instant> end_date;
  model::Dynamic<std::string> expression;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

Value list_of(const std::vector<std::string>& texts) {
  base::ListBuilder list;
  for (const auto& text : texts) list.push(Value::string(text));
  return list.build();
}

base::Result<Value> checked_flows(const Value& flows) {
  if (!flows.is_list())
    return base::fail(plugin::task_failed, "`flows` must be a list of maps with `namespace` and `flowId`");
  for (const Value& flow : flows.items()) {
    const bool complete = flow.is_map() && flow.find("namespace") != nullptr && flow.find("flowId") != nullptr;
    if (!complete) return base::fail(plugin::task_failed, "each entry of `flows` must have `namespace` and `flowId`");
  }
  return flows;
}

base::Task<plugin::TaskResult> Count::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto given, co_await context.render(flows));
  GYR_CO_TRY(auto spaces, co_await context.render(namespaces));
  if (!given && !spaces) co_return base::fail(plugin::task_failed, "`flows` or `namespaces` is required");
  GYR_CO_TRY(Value wanted, checked_flows(given.value_or(Value::empty_list())));
  GYR_CO_TRY(auto in_states, co_await context.render(states));
  GYR_CO_TRY(auto from, co_await context.render(start_date));
  GYR_CO_TRY(auto to, co_await context.render(end_date));
  const base::Instant now = context.now();
  const auto names = spaces.value_or(std::vector<std::string>());
  GYR_CO_TRY(Value counts,
             co_await context.host_call(
                 host_calls::executions_count,
                 Value::map({{"flows", wanted},
                             {"namespaces", list_of(names)},
                             {"states", list_of(in_states.value_or(std::vector<std::string>()))},
                             {"startDate",
                              Value::instant(from.value_or(now - base::Duration::of_seconds(default_days * 86'400)))},
                             {"endDate", Value::instant(to.value_or(now))}})));
  base::ListBuilder results;
  int64_t total = 0;
  const size_t of_flows = wanted.size();
  for (size_t i = 0; i < of_flows + names.size(); ++i) {
    const bool is_flow = i < of_flows;
    const Value* list = counts.find(is_flow ? "flows" : "namespaces");
    const size_t place = is_flow ? i : i - of_flows;
    if (list == nullptr || !list->is_list() || list->size() <= place)
      co_return base::fail(plugin::host_refused, "the server did not return the counts");
    const Value count = list->items()[place];
    if (!is_flow && count.as_integer() == 0) continue;
    if (expression.is_set()) {
      GYR_CO_TRY(auto kept, co_await context.render(expression, Value::map({{"count", count}})));
      if (kept != "true") continue;
    }
    base::MapBuilder row;
    row.set("namespace", is_flow ? *wanted.items()[place].find("namespace") : Value::string(names[place]));
    if (is_flow) row.set("flowId", *wanted.items()[place].find("flowId"));
    row.set("count", count);
    results.push(row.build());
    total += count.as_integer();
  }
  co_return plugin::Success{Value::map({{"results", results.build()}, {"total", Value::integer(total)}}), std::nullopt};
}

}  // namespace

plugin::TaskType count_task() {
  return plugin::task_type<Count>("io.kestra.plugin.core.execution.Count")
      .title("Counts executions of flows or namespaces")
      .documentation(
          "The start date of an execution decides whether it is counted. Each flow in `flows` gets a row, even if its "
          "count is 0.")
      .deprecated()
      .property("flows", &Count::flows,
                {.title = "Flows to count",
                 .documentation = "A list of maps with `namespace` and `flowId`.",
                 .group = "main"})
      .property("namespaces", &Count::namespaces,
                {.title = "Namespaces to count",
                 .documentation = "All executions of a namespace are counted together.",
                 .group = "main"})
      .property("states", &Count::states,
                {.title = "States to count",
                 .documentation = "By default, executions in all states are counted.",
                 .group = "main"})
      .property("startDate", &Count::start_date,
                {.title = "Earliest start date", .documentation = "The default is 30 days ago.", .group = "main"})
      .property("endDate", &Count::end_date,
                {.title = "Latest start date", .documentation = "The default is the current time.", .group = "main"})
      .property("expression", &Count::expression,
                {.title = "Filter of the rows",
                 .documentation =
                     "A row is kept if the expression returns `true`. The variable `count` is the count of the row.",
                 .group = "main"})
      .output("results", {.type = model::ValueType::list, .title = "Rows, with `namespace`, `flowId` and `count`"})
      .output("total", {.type = model::ValueType::integer, .title = "Total of all rows"})
      .example("Finds flows that did not run today", R"(id: silent
type: io.kestra.plugin.core.execution.Count
flows:
  - namespace: company.team
    flowId: nightly
startDate: "{{ now() | dateAdd(-1, 'DAYS') }}"
expression: "{{ count == 0 }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
