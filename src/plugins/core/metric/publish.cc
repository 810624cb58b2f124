// io.kestra.plugin.core.metric.Publish (CORE-76)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Publish {
  model::Dynamic<Value> metrics;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

struct Metric {
  model::MetricType type = model::MetricType::counter;
  std::string name;
  double value = 0;  // of a timer in milliseconds
  Value tags = Value::empty_map();
};

base::Result<Value> tags_of(const Value* given) {
  base::MapBuilder tags;
  if (given == nullptr || given->is_null()) return tags.build();
  GYR_TRY(Value map, expression::to_map(*given));
  for (const auto& entry : map.entries()) {
    if (!entry.value.is_null()) tags.set(entry.key, Value::string(expression::to_text(entry.value)));
  }
  return tags.build();
}

base::Result<double> value_of(model::MetricType type, const Value* given) {
  if (given == nullptr || given->is_null()) return base::fail(plugin::task_failed, "`value` is required");
  if (type == model::MetricType::timer) {
    GYR_TRY(auto duration, expression::to_duration(*given));
    if (duration) return duration->to_fraction() * 1000;
  } else {
    GYR_TRY(auto number, expression::to_number(*given));
    if (number) return *number;
  }
  return base::fail(plugin::task_failed, "`value` is empty");
}

base::Result<Metric> metric_of(const Value& item) {
  if (!item.is_map()) return base::fail(plugin::task_failed, "the item is not a map");
  Metric metric;
  const Value* name = item.find("name");
  metric.name = name == nullptr || name->is_null() ? std::string() : expression::to_text(*name);
  if (metric.name.empty()) return base::fail(plugin::task_failed, "`name` is required");
  const Value* type = item.find("type");
  std::string type_name = type == nullptr ? std::string() : expression::to_text(*type);
  auto known = model::parse_metric_type(type_name);
  if (!known)
    return base::fail(plugin::task_failed, fmt::format("`type` must be counter, gauge or timer, not `{}`", type_name));
  metric.type = *known;
  GYR_TRY(metric.value, value_of(metric.type, item.find("value")));
  GYR_TRY(metric.tags, tags_of(item.find("tags")));
  return metric;
}

base::Task<plugin::TaskResult> Publish::run(plugin::RunContext& context) const {
  if (!metrics.is_set()) co_return plugin::Success{};
  GYR_CO_TRY(Value rendered, co_await context.render_value(metrics, {}, false));
  GYR_CO_TRY(Value list, expression::to_list(rendered));
  std::vector<Metric> all;  // nothing is published unless all are right
  for (size_t i = 0; i < list.size(); ++i) {
    auto metric = metric_of(*list.at(i));
    if (!metric) co_return base::fail(metric.error().with_prefix(fmt::format("item {} of `metrics`: ", i)));
    all.push_back(*std::move(metric));
  }
  for (const Metric& metric : all) context.metric(metric.type, metric.name, metric.value, metric.tags);
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType publish_task() {
  return plugin::task_type<Publish>("io.kestra.plugin.core.metric.Publish")
      .title("Publishes metrics of the execution")
      .documentation(
          "A metric has a `type` (`counter`, `gauge` or `timer`), a `name` and a `value`. The value of a timer is a "
          "duration. `tags` and `description` are optional.")
      .trait(plugin::Trait::pure)
      .property("metrics", &Publish::metrics,
                {.title = "Metrics to publish, or an expression that returns a list of metrics",
                 .group = "main",
                 .shown_as = model::ValueType::list})
      .example("Publishes a counter and a timer", R"(id: metrics
type: io.kestra.plugin.core.metric.Publish
metrics:
  - type: counter
    name: rows
    value: "{{ outputs.load.size }}"
    tags:
      table: orders
  - type: timer
    name: load
    value: PT12S
)")
      .build();
}

}  // namespace gyr::plugins::core
