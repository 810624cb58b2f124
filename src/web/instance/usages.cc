#include "web/instance/usages.h"

#include <set>

#include "catalog/flow_cache.h"
#include "model/flow.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/statistics/daily.h"

namespace gyr::web {
namespace {

constexpr size_t max_counted_flows = 100'000;
constexpr int64_t days_told = 30;

void count_task(const model::TaskSpec& task, json::FlowUsage& usage) {
  usage.task_types[task.type] += 1;
  const syntax::Node* runner = task.node == nullptr ? nullptr : task.node->find("taskRunner");
  const syntax::Node* type = runner == nullptr ? nullptr : runner->find("type");
  if (type != nullptr && type->is_scalar()) usage.task_runner_types[type->text()] += 1;
  json::TaskUsage& has = usage.tasks;
  has.has_retry += task.retry.has_value() ? 1 : 0;
  has.has_timeout += task.timeout.is_set() ? 1 : 0;
  has.has_allow_failure += task.allow_failure ? 1 : 0;
  has.has_allow_warning += task.allow_warning ? 1 : 0;
  has.has_log_to_file += task.log_to_file ? 1 : 0;
  has.has_run_if += task.run_if.is_set() ? 1 : 0;
  has.has_cache += task.task_cache.has_value() ? 1 : 0;
  has.has_assets += task.assets.has_value() ? 1 : 0;
}

void count_trigger(const model::TriggerSpec& trigger, json::FlowUsage& usage) {
  usage.trigger_types[trigger.type] += 1;
  json::TriggerUsage& has = usage.triggers;
  has.has_when += trigger.when.is_set() ? 1 : 0;
  has.has_labels += trigger.labels.empty() ? 0 : 1;
  has.has_stop_after += trigger.stop_after.empty() ? 0 : 1;
  has.has_log_to_file += trigger.log_to_file ? 1 : 0;
  has.has_fail_on_error += trigger.fail_on_trigger_error ? 1 : 0;
  has.has_allow_concurrent += trigger.allow_concurrent ? 1 : 0;
  has.has_assets += trigger.assets.has_value() ? 1 : 0;
}

void count_flow(const model::Flow& flow, json::FlowUsage& usage) {
  usage.has_inputs += flow.inputs.empty() ? 0 : 1;
  usage.has_outputs += flow.outputs.empty() ? 0 : 1;
  usage.has_labels += flow.labels.empty() ? 0 : 1;
  usage.has_variables += flow.variables.size() > 0 ? 1 : 0;
  usage.has_errors += flow.errors.empty() ? 0 : 1;
  usage.has_finally += flow.finally.empty() ? 0 : 1;
  usage.has_after_execution += flow.after_execution.empty() ? 0 : 1;
  usage.has_triggers += flow.triggers.empty() ? 0 : 1;
  usage.has_concurrency += flow.concurrency.has_value() ? 1 : 0;
  usage.has_retry += flow.retry.has_value() ? 1 : 0;
  usage.has_sla += flow.sla.empty() ? 0 : 1;
  usage.has_checks += flow.checks.empty() ? 0 : 1;
  flow.for_each_task([&usage](const model::TaskSpec& task) { count_task(task, usage); });
  for (const model::TriggerSpec& trigger : flow.triggers) count_trigger(trigger, usage);
  for (const model::Input& input : flow.inputs) usage.input_types[std::string(model::to_text(input.type))] += 1;
}

base::Result<json::FlowUsage> usage_of_flows(store::Reader& reader, const store::Visible& visible,
                                             const Services& services, const std::string& tenant) {
  GYR_TRY(auto rows, all_flows(reader, {.visible = visible, .tenant = tenant}, max_counted_flows));
  json::FlowUsage usage;
  std::set<std::string> namespaces;
  for (const auto& row : rows) {
    usage.count += 1;
    namespaces.insert(row.key.namespace_);
    GYR_TRY(auto flow, services.flows.get(reader, row.key, row.revision));
    // One that does not parse any more is counted, with nothing in it.
    if (flow != nullptr && flow->compiled != nullptr) count_flow(flow->compiled->flow(), usage);
  }
  usage.namespaces = static_cast<int64_t>(namespaces.size());
  return usage;
}

}  // namespace

base::Task<base::Result<json::Usage>> usages(Request* request) {
  co_return co_await request->read(
      [visible = request->visible(), tenant = request->tenant(),
       services = &request->services()](store::Reader& reader) -> base::Result<json::Usage> {
        json::Usage usage;
        GYR_TRY(usage.flows, usage_of_flows(reader, visible, *services, tenant));
        const base::Instant now = services->clock.now();
        StatisticsQuery query{{visible}, now + base::Duration::of_seconds(-days_told * 86'400), now};
        query.executions.tenant = tenant;
        GYR_TRY(auto counts, daily_counts(reader, query));
        usage.executions.daily = counts.statistics();
        return usage;
      });
}

}  // namespace gyr::web
