// io.kestra.plugin.core.storage.PurgeStorage (CORE-105)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct PurgeStorage {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  model::Dynamic<base::Instant> start_date;
  model::Dynamic<base::Instant> end_date;
  model::Dynamic<bool> dry_run;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

int64_t count_of(const Value& answer, std::string_view name) {
  const Value* count = answer.find(name);
  return count != nullptr && count->is_integer() ? count->as_integer() : 0;
}

base::Task<plugin::TaskResult> PurgeStorage::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto space, co_await context.render(namespace_));
  GYR_CO_TRY(auto flow, co_await context.render(flow_id));
  if (flow && !space) co_return base::fail(plugin::task_failed, "`flowId` requires `namespace`");
  GYR_CO_TRY(auto from, co_await context.render(start_date));
  GYR_CO_TRY(auto to, co_await context.render(end_date));
  if (!to) co_return base::fail(plugin::task_failed, "`endDate` is empty");
  GYR_CO_TRY(auto dry, co_await context.render(dry_run));
  const bool only_count = dry.value_or(true);
  base::MapBuilder arguments;
  arguments.set("namespace", space ? Value::string(*space) : Value());
  arguments.set("flowId", flow ? Value::string(*flow) : Value());
  arguments.set("startDate", from ? Value::instant(*from) : Value());
  arguments.set("endDate", Value::instant(*to));
  arguments.set("dryRun", Value::boolean(only_count));
  context.log(model::LogLevel::info, fmt::format("{} files of executions in {}", only_count ? "Counting" : "Purging",
                                                 flow    ? fmt::format("flow `{}` of `{}`", *flow, *space)
                                                 : space ? fmt::format("namespace `{}`", *space)
                                                         : "all namespaces"));
  int64_t scanned = 0, purged = 0, files = 0;
  for (Value after = Value();;) {
    base::MapBuilder some(arguments);
    some.set("after", after);
    GYR_CO_TRY(Value answer, co_await context.host_call(host_calls::storage_purge, some.build()));
    scanned += count_of(answer, "scanned");
    purged += count_of(answer, "purged");
    files += count_of(answer, "files");
    const Value* more = answer.find("after");
    if (more == nullptr || more->is_null()) break;
    after = *more;
    if (context.cancel_token().cancelled())
      co_return base::fail(plugin::task_cancelled,
                           "the purge was cancelled; data that is already purged cannot be restored");
  }
  context.log(model::LogLevel::info, fmt::format("{} folders checked, {} {}, {} files deleted", scanned, purged,
                                                 only_count ? "would be purged" : "purged", files));
  context.metric(model::MetricType::counter, "scanned", static_cast<double>(scanned), {});
  context.metric(model::MetricType::counter, "purged", static_cast<double>(purged), {});
  context.metric(model::MetricType::counter, "deleted.files", static_cast<double>(files), {});
  co_return plugin::Success{Value::map({{"scannedCount", Value::integer(scanned)},
                                        {"purgedCount", Value::integer(purged)},
                                        {"deletedFilesCount", Value::integer(files)}}),
                            std::nullopt};
}

}  // namespace

plugin::TaskType purge_storage_task() {
  return plugin::task_type<PurgeStorage>("io.kestra.plugin.core.storage.PurgeStorage")
      .title("Removes the files of executions by date")
      .documentation(
          "The task reads internal storage only, not the database. The date of a folder is that of its newest file. "
          "Files of existing executions are also removed, so choose a date that excludes running executions.")
      .property("namespace", &PurgeStorage::namespace_,
                {.title = "Namespace, with its child namespaces",
                 .documentation = "By default, all namespaces are included.",
                 .group = "main"})
      .property("flowId", &PurgeStorage::flow_id, {.title = "Flow in the namespace", .group = "main"})
      .property("startDate", &PurgeStorage::start_date, {.title = "Earliest date of the last change", .group = "main"})
      .property("endDate", &PurgeStorage::end_date,
                {.title = "Latest date of the last change", .required = true, .group = "main"})
      .property("dryRun", &PurgeStorage::dry_run,
                {.title = "Whether to count the files without removing them",
                 .default_value = Value::boolean(true),
                 .group = "reliability"})
      .output("scannedCount", {.type = model::ValueType::integer, .title = "Number of execution folders checked"})
      .output("purgedCount",
              {.type = model::ValueType::integer, .title = "Number of execution folders in the date range"})
      .output("deletedFilesCount", {.type = model::ValueType::integer,
                                    .title = "Number of files deleted",
                                    .documentation = "It is 0 in a dry run."})
      .metric("scanned", model::MetricType::counter, "Number of execution folders checked")
      .metric("purged", model::MetricType::counter, "Number of execution folders in the date range")
      .metric("deleted.files", model::MetricType::counter, "Number of files deleted")
      .example("Removes files older than a month", R"(id: tidy
type: io.kestra.plugin.core.storage.PurgeStorage
endDate: "{{ now() | dateAdd(-1, 'MONTHS') }}"
dryRun: false
)")
      .build();
}

}  // namespace gyr::plugins::core
