// Fields of the data sources of charts (CORE-110).
#include <algorithm>

#include "web/dashboards/dashboard.h"

namespace gyr::web {
namespace {

constexpr DataField chart_execution_fields[] = {{"ID"},
                                                {"NAMESPACE"},
                                                {"FLOW_ID"},
                                                {"FLOW_REVISION", FieldKind::number},
                                                {"STATE"},
                                                {"DURATION", FieldKind::number},
                                                {"LABELS", FieldKind::labels, false},
                                                {"START_DATE", FieldKind::date},
                                                {"END_DATE", FieldKind::date},
                                                {"TRIGGER_EXECUTION_ID"}};
constexpr DataField chart_flow_fields[] = {{"ID"}, {"NAMESPACE"}, {"REVISION", FieldKind::number}};
constexpr DataField chart_log_fields[] = {{"NAMESPACE"},
                                          {"FLOW_ID"},
                                          {"EXECUTION_ID"},
                                          {"TASK_ID"},
                                          {"DATE", FieldKind::date},
                                          {"TASK_RUN_ID"},
                                          {"ATTEMPT_NUMBER", FieldKind::number},
                                          {"TRIGGER_ID"},
                                          {"LEVEL"},
                                          {"MESSAGE", FieldKind::text, false}};
constexpr DataField chart_metric_fields[] = {{"NAMESPACE"},
                                             {"FLOW_ID"},
                                             {"TASK_ID"},
                                             {"EXECUTION_ID"},
                                             {"TASK_RUN_ID"},
                                             {"TYPE"},
                                             {"NAME"},
                                             {"VALUE", FieldKind::number},
                                             {"DATE", FieldKind::date}};
constexpr DataField chart_trigger_fields[] = {{"ID"},           {"NAMESPACE"},
                                              {"FLOW_ID"},      {"TRIGGER_ID"},
                                              {"EXECUTION_ID"}, {"NEXT_EXECUTION_DATE", FieldKind::date},
                                              {"WORKER_ID"}};

}  // namespace

std::span<const DataField> data_fields(DataSource source) {
  switch (source) {
    case DataSource::executions: return chart_execution_fields;
    case DataSource::flows: return chart_flow_fields;
    case DataSource::logs: return chart_log_fields;
    case DataSource::metrics: return chart_metric_fields;
    case DataSource::triggers: break;
  }
  return chart_trigger_fields;
}

const DataField* find_data_field(DataSource source, std::string_view name) {
  const auto fields = data_fields(source);
  const auto found = std::ranges::find(fields, name, &DataField::name);
  return found == fields.end() ? nullptr : &*found;
}

bool Chart::aggregates() const {
  return std::ranges::any_of(columns,
                             [](const ChartColumn& column) { return column.aggregation != ColumnAggregation::none; });
}

const Chart* Dashboard::find(std::string_view chart_id) const {
  const auto found = std::ranges::find(charts, chart_id, &Chart::id);
  return found == charts.end() ? nullptr : &*found;
}

}  // namespace gyr::web
