// io.kestra.plugin.core.execution.Count (CORE-87, CORE-98, TASK-95)
#include "plugin/render.h"
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
  if (!flows.is_list()) return base::fail(plugin::task_failed, "`flows` must be a list of {namespace, flowId}");
  for (const Value& flow : flows.items()) {
    const bool complete = flow.is_map() && flow.find("namespace") != nullptr && flow.find("flowId") != nullptr;
    if (!complete) return base::fail(plugin::task_failed, "each of `flows` needs `namespace` and `flowId`");
  }
  return flows;
}

base::Task<plugin::TaskResult> Count::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto given, co_await context.render(flows));
  GYR_CO_TRY(auto spaces, co_await context.render(namespaces));
  if (!given && !spaces) co_return base::fail(plugin::task_failed, "one of `flows` and `namespaces` is needed");
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
      co_return base::fail(plugin::host_refused, "the server gave no counts");
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
      .documentation("By the date of their start. A flow that is listed gives a row even where it has none.")
      .deprecated()
      .property("flows", &Count::flows, {.title = "The flows: a list of `namespace` and `flowId`", .group = "main"})
      .property("namespaces", &Count::namespaces, {.title = "Namespaces, each counted as a whole", .group = "main"})
      .property("states", &Count::states, {.title = "States that count; all without", .group = "main"})
      .property("startDate", &Count::start_date,
                {.title = "Started then or later; 30 days ago without", .group = "main"})
      .property("endDate", &Count::end_date, {.title = "Started then or earlier; now without", .group = "main"})
      .property("expression", &Count::expression,
                {.title = "Which rows are kept: those for which it gives `true`, with `count` as a variable",
                 .group = "main"})
      .output("results", {.type = model::ValueType::list, .title = "`namespace`, `flowId` and `count` of each row"})
      .output("total", {.type = model::ValueType::integer, .title = "The sum of the rows"})
      .example("Flows that did not run today", R"(id: silent
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
