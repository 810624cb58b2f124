#include "web/instance/usages.h"

#include <map>
#include <set>

#include "catalog/flow_cache.h"
#include "model/flow.h"
#include "syntax/time.h"
#include "web/flows.h"
#include "web/http/answers.h"
#include "web/http/await.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;
using Counts = std::map<std::string, int64_t, std::less<>>;

constexpr size_t max_flows = 100'000;
constexpr int64_t days_told = 30;

Value to_value(const Counts& counts) {
  MapBuilder map;
  for (const auto& [name, count] : counts) map.set(name, Value::integer(count));
  return map.build();
}

/// Counts over all current flows.
class FlowUsage {
 public:
  void add(const model::FlowKey& key, const model::Flow* flow) {
    has_["count"] += 1;
    namespaces_.insert(key.namespace_);
    if (flow == nullptr) return;  // it does not parse any more
    const std::pair<std::string_view, bool> parts[] = {{"hasInputsCount", !flow->inputs.empty()},
                                                       {"hasOutputsCount", !flow->outputs.empty()},
                                                       {"hasLabelsCount", !flow->labels.empty()},
                                                       {"hasVariablesCount", flow->variables.size() > 0},
                                                       {"hasErrorsCount", !flow->errors.empty()},
                                                       {"hasFinallyCount", !flow->finally.empty()},
                                                       {"hasAfterExecutionCount", !flow->after_execution.empty()},
                                                       {"hasTriggersCount", !flow->triggers.empty()},
                                                       {"hasConcurrencyCount", flow->concurrency.has_value()},
                                                       {"hasRetryCount", flow->retry.has_value()},
                                                       {"hasSlaCount", !flow->sla.empty()},
                                                       {"hasChecksCount", !flow->checks.empty()}};
    for (const auto& [name, has] : parts) has_[std::string(name)] += has ? 1 : 0;
    flow->for_each_task([this](const model::TaskSpec& task) { add(task); });
    for (const model::TriggerSpec& trigger : flow->triggers) trigger_types_[trigger.type] += 1;
    for (const model::Input& input : flow->inputs) input_types_[std::string(model::to_text(input.type))] += 1;
  }

  Value build() const {
    MapBuilder map(to_value(has_));
    if (!has_.contains("count")) map.set("count", Value::integer(0));
    map.set("namespacesCount", Value::integer(static_cast<int64_t>(namespaces_.size())));
    map.set("taskTypeCount", to_value(task_types_));
    map.set("triggerTypeCount", to_value(trigger_types_));
    map.set("inputTypeCount", to_value(input_types_));
    map.set("tasks", to_value(tasks_));
    return map.build();
  }

 private:
  void add(const model::TaskSpec& task) {
    task_types_[task.type] += 1;
    const std::pair<std::string_view, bool> parts[] = {
        {"hasRetryCount", task.retry.has_value()},      {"hasTimeoutCount", task.timeout.is_set()},
        {"hasAllowFailureCount", task.allow_failure},   {"hasAllowWarningCount", task.allow_warning},
        {"hasLogToFileCount", task.log_to_file},        {"hasRunIfCount", task.run_if.is_set()},
        {"hasCacheCount", task.task_cache.has_value()}, {"hasAssetsCount", task.assets.has_value()}};
    for (const auto& [name, has] : parts) tasks_[std::string(name)] += has ? 1 : 0;
  }

  std::set<std::string> namespaces_;
  Counts has_, task_types_, trigger_types_, input_types_, tasks_;
};

base::Result<Value> flows_of(store::Reader& reader, const store::Visible& visible, const Services& services,
                             const std::string& tenant) {
  GYR_TRY(auto rows, all_flows(reader, {.visible = visible, .tenant = tenant}, max_flows));
  FlowUsage usage;
  for (const auto& row : rows) {
    GYR_TRY(auto flow, services.flows.get(reader, row.key, row.revision));
    usage.add(row.key, flow != nullptr && flow->compiled != nullptr ? &flow->compiled->flow() : nullptr);
  }
  return usage.build();
}

base::Result<Value> executions_of(store::Reader& reader, const store::Visible& visible, const std::string& tenant,
                                  base::Instant now) {
  constexpr int64_t seconds_a_day = 86'400;
  store::RollupQuery query{visible};
  query.tenant = tenant;
  query.from = now + base::Duration::of_seconds(-days_told * seconds_a_day);
  query.to = now + base::Duration::of_seconds(1);
  query.by_day = true;
  GYR_TRY(auto rows, reader.rollup(query));
  std::map<int64_t, std::vector<store::RollupRow>> days;
  for (const auto& row : rows) days[row.bucket.seconds].push_back(row);
  base::ListBuilder daily;
  for (const auto& [seconds, states] : days) {
    MapBuilder counts;
    base::Duration sum;
    int64_t all = 0;
    for (const auto& row : states) {
      counts.set(model::to_text(row.state), Value::integer(static_cast<int64_t>(row.count)));
      sum = sum + row.duration;
      all += static_cast<int64_t>(row.count);
    }
    daily.push(Value::map({{"startDate", Value::instant({seconds, 0})},
                           {"groupBy", Value::string("day")},
                           {"duration", Value::map({{"sum", Value::string(syntax::format_duration(sum))},
                                                    {"count", Value::integer(all)}})},
                           {"executionCounts", counts.build()}}));
  }
  return Value::map({{"dailyExecutionsCount", daily.build()}});
}

}  // namespace

base::Task<Outcome> usages(Request* request) {
  GYR_CO_TRY(Value found,
             co_await request->read([visible = request->visible(), tenant = request->tenant(),
                                     services = &request->services()](store::Reader& reader) -> base::Result<Value> {
               GYR_TRY(Value flows, flows_of(reader, visible, *services, tenant));
               GYR_TRY(Value executions, executions_of(reader, visible, tenant, services->clock.now()));
               return Value::map({{"flows", std::move(flows)}, {"executions", std::move(executions)}});
             }));
  co_return json_answer(found);
}

}  // namespace gyr::web
