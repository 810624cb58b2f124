#include "web/dashboards/chart_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/labels.h"
#include "web/http/errors.h"

namespace gyr::web {

using base::Value;

namespace {

constexpr uint32_t rows_a_page = 1'000;
/// Sums of longer ranges are those of days: a month of hours for each of many flows is much to add up.
constexpr base::Duration max_by_hour = base::Duration::of_seconds(7 * 86'400);
/// The maximum number of flows whose metrics are read for one chart.
constexpr uint32_t max_metric_flows = 1'000;

using Each = std::function<void(const ChartSample&)>;

Value text_or_null(std::string_view text) { return text.empty() ? Value() : Value::string(text); }
Value id_or_null(base::Id id) { return id.is_none() ? Value() : Value::string(id.to_text()); }
Value date_or_null(const std::optional<base::Instant>& date) { return date ? Value::instant(*date) : Value(); }
Value seconds_of(base::Duration duration) {
  constexpr double nanos_a_second = 1e9;
  return Value::number(static_cast<double>(duration.seconds) + static_cast<double>(duration.nanos) / nanos_a_second);
}

class ExecutionSample final : public ChartSample {
 public:
  explicit ExecutionSample(const model::Execution& execution) : execution_(execution) {}

  Value value(const DataField& field, std::string_view label_key) const override {
    const auto& e = execution_;
    if (field.name == "STATE") return Value::string(model::to_text(e.state.current()));
    if (field.name == "START_DATE") return Value::instant(e.state.started());
    if (field.name == "NAMESPACE") return Value::string(e.flow->namespace_);
    if (field.name == "FLOW_ID") return Value::string(e.flow->id);
    if (field.name == "ID") return Value::string(e.id.to_text());
    if (field.name == "FLOW_REVISION") return Value::integer(e.revision);
    if (field.name == "END_DATE") return date_or_null(e.state.ended());
    if (field.name == "TRIGGER_EXECUTION_ID") return id_or_null(e.caller_execution);
    if (field.name == "DURATION") {
      const auto ended = e.state.ended();
      return ended ? seconds_of(*ended - e.state.started()) : Value();
    }
    if (label_key.empty()) return model::nested_labels(e.labels);
    const auto label = std::ranges::find(e.labels, label_key, &model::Label::key);
    return label == e.labels.end() ? Value() : Value::string(label->value);
  }

 private:
  const model::Execution& execution_;
};

/// Many executions of one flow, state and hour.
class RollupSample final : public ChartSample {
 public:
  explicit RollupSample(const store::RollupRow& row) : row_(row) {}

  Value value(const DataField& field, std::string_view) const override {
    if (field.name == "STATE") return Value::string(model::to_text(row_.state));
    if (field.name == "START_DATE") return Value::instant(row_.bucket);
    if (field.name == "NAMESPACE") return Value::string(row_.flow->namespace_);
    if (field.name == "FLOW_ID") return Value::string(row_.flow->id);
    if (field.name != "DURATION" || row_.count == 0) return {};
    return Value::number(seconds_of(row_.duration).as_number() / static_cast<double>(row_.count));
  }
  uint64_t count() const override { return row_.count; }

 private:
  const store::RollupRow& row_;
};

class LogSample final : public ChartSample {
 public:
  explicit LogSample(const model::LogEntry& line) : line_(line) {}

  Value value(const DataField& field, std::string_view) const override {
    if (field.name == "NAMESPACE") return Value::string(line_.flow->namespace_);
    if (field.name == "FLOW_ID") return Value::string(line_.flow->id);
    if (field.name == "LEVEL") return Value::string(model::to_text(line_.level));
    if (field.name == "DATE") return Value::instant(line_.timestamp);
    if (field.name == "MESSAGE") return Value::string(line_.message);
    if (field.name == "EXECUTION_ID") return id_or_null(line_.execution_id);
    if (field.name == "TASK_ID") return text_or_null(line_.task_id);
    if (field.name == "TASK_RUN_ID") return id_or_null(line_.task_run_id);
    if (field.name == "TRIGGER_ID") return text_or_null(line_.trigger_id);
    return Value::integer(line_.attempt);
  }

 private:
  const model::LogEntry& line_;
};

class MetricSample final : public ChartSample {
 public:
  explicit MetricSample(const model::MetricEntry& metric) : metric_(metric) {}

  Value value(const DataField& field, std::string_view) const override {
    if (field.name == "NAMESPACE") return Value::string(metric_.flow->namespace_);
    if (field.name == "FLOW_ID") return Value::string(metric_.flow->id);
    if (field.name == "TASK_ID") return text_or_null(metric_.task_id);
    if (field.name == "EXECUTION_ID") return id_or_null(metric_.execution_id);
    if (field.name == "TASK_RUN_ID") return id_or_null(metric_.task_run_id);
    if (field.name == "TYPE") return Value::string(model::to_text(metric_.type));
    if (field.name == "NAME") return Value::string(metric_.name);
    if (field.name == "VALUE") return Value::number(metric_.value);
    return Value::instant(metric_.timestamp);
  }

 private:
  const model::MetricEntry& metric_;
};

class FlowSample final : public ChartSample {
 public:
  explicit FlowSample(const store::FlowRow& flow) : flow_(flow) {}

  Value value(const DataField& field, std::string_view) const override {
    if (field.name == "NAMESPACE") return Value::string(flow_.key.namespace_);
    return field.name == "ID" ? Value::string(flow_.key.id) : Value::integer(flow_.revision);
  }

 private:
  const store::FlowRow& flow_;
};

class TriggerSample final : public ChartSample {
 public:
  explicit TriggerSample(const store::TriggerRow& trigger) : trigger_(trigger) {}

  Value value(const DataField& field, std::string_view) const override {
    if (field.name == "NAMESPACE") return Value::string(trigger_.flow->namespace_);
    if (field.name == "FLOW_ID") return Value::string(trigger_.flow->id);
    if (field.name == "EXECUTION_ID") return id_or_null(trigger_.execution_id);
    if (field.name == "NEXT_EXECUTION_DATE") return date_or_null(trigger_.next);
    if (field.name == "WORKER_ID") return text_or_null(trigger_.worker_id);
    return Value::string(trigger_.trigger_id);  // ID and TRIGGER_ID
  }

 private:
  const store::TriggerRow& trigger_;
};

/// The filters on a field that the store can look for itself, so that it reads less. All filters are asked again of
/// each row.
std::vector<store::TextFilter> asked_of_store(const SampleQuery& query, std::string_view field) {
  std::vector<store::TextFilter> found;
  for (const ChartFilter& filter : query.filters) {
    if (filter.field->name != field) continue;
    if (filter.test == ChartTest::equal_to) found.push_back({store::Operator::equals, filter.values});
    if (filter.test == ChartTest::in) found.push_back({store::Operator::in, filter.values});
    if (filter.test == ChartTest::prefix) found.push_back({store::Operator::prefix, filter.values});
    if (filter.test == ChartTest::starts_with) found.push_back({store::Operator::starts_with, filter.values});
  }
  return found;
}

base::Error too_many() {
  return base::Error(bad_argument, fmt::format("the time range contains more than {} rows", max_samples))
      .with_hint("choose a shorter time range or add filters");
}

/// Reads pages until there is no more. Rows that are not summed up end at the limit: the newest are shown.
template <class Row, class Sample, class Query, class Search>
base::Result<void> each_page(const SampleQuery& asked, const ChartMatcher& matcher, Query query, Search search,
                             const Each& each) {
  query.tenant = asked.tenant;
  query.paging.size = rows_a_page;
  query.paging.count_limit = 1;
  for (uint64_t read = 0;; query.paging.page += 1) {
    GYR_TRY(store::Page<Row> page, search(query));
    for (const Row& row : page.results) {
      const Sample sample(row);
      if (matcher.matches(sample)) each(sample);
    }
    read += page.results.size();
    if (page.results.size() < rows_a_page) return {};
    if (read < max_samples) continue;
    if (asked.chart->aggregates()) return base::fail(too_many());
    return {};
  }
}

struct ExecutionRowSample final : ChartSample {
  explicit ExecutionRowSample(const store::ExecutionRow& row) : sample(row.execution) {}
  Value value(const DataField& field, std::string_view label_key) const override {
    return sample.value(field, label_key);
  }
  ExecutionSample sample;
};

bool rollups_know(const DataField* field) {
  if (field == nullptr) return true;
  constexpr std::array<std::string_view, 3> known = {"NAMESPACE", "FLOW_ID", "STATE"};
  return std::ranges::find(known, field->name) != known.end();
}

/// Whether sums by flow, state and hour are enough for the chart.
bool rollups_suffice(const SampleQuery& query) {
  const Chart& chart = *query.chart;
  if (!chart.aggregates()) return false;
  const auto filter_known = [](const ChartFilter& filter) {
    return filter.test != ChartTest::any && rollups_know(filter.field);
  };
  if (!std::ranges::all_of(query.filters, filter_known) || !std::ranges::all_of(chart.numerator, filter_known))
    return false;
  for (size_t i = 0; i < chart.columns.size(); ++i) {
    const ChartColumn& column = chart.columns[i];
    const bool is_bucket = chart.time_column == i && column.field->name == "START_DATE" &&
                           bucket_for(query.to - query.from) != Bucket::minute;
    const bool is_duration =
        column.field != nullptr && column.field->name == "DURATION" &&
        (column.aggregation == ColumnAggregation::sum || column.aggregation == ColumnAggregation::avg);
    if (!is_bucket && !is_duration && !rollups_know(column.field)) return false;
  }
  return true;
}

/// Whether flows and namespaces must be distinguished.
bool names_flows(const SampleQuery& query) {
  const auto is_name = [](const DataField* field) {
    return field != nullptr && (field->name == "NAMESPACE" || field->name == "FLOW_ID");
  };
  const auto filter_is = [&](const ChartFilter& filter) { return is_name(filter.field); };
  return std::ranges::any_of(query.chart->columns, [&](const ChartColumn& column) { return is_name(column.field); }) ||
         std::ranges::any_of(query.filters, filter_is) || std::ranges::any_of(query.chart->numerator, filter_is);
}

base::Result<void> each_execution(store::Reader& reader, const SampleQuery& asked, const ChartMatcher& matcher,
                                  const Each& each) {
  store::ExecutionQuery query{asked.visible};
  query.tenant = asked.tenant;
  query.namespaces = asked_of_store(asked, "NAMESPACE");
  query.flow_ids = asked_of_store(asked, "FLOW_ID");
  query.started = {{store::Operator::greater_or_equal, asked.from}, {store::Operator::less_or_equal, asked.to}};
  for (const ChartFilter& filter : asked.filters) {
    if (filter.field->name != "STATE" || (filter.test != ChartTest::equal_to && filter.test != ChartTest::in) ||
        !query.states.empty())
      continue;
    // An unknown state is left to the matcher, which finds nothing.
    for (const std::string& name : filter.values) {
      if (auto state = model::parse_state(name)) query.states.push_back(*state);
    }
  }
  if (rollups_suffice(asked)) {
    query.paging.count_limit = exact_samples + 1;
    GYR_TRY(uint64_t count, reader.count_executions(query));
    if (count > exact_samples) {
      store::RollupQuery sums{asked.visible};
      sums.tenant = asked.tenant;
      sums.namespaces = query.namespaces;
      sums.flow_ids = query.flow_ids;
      sums.from = asked.from;
      sums.to = asked.to;
      sums.by_day = asked.to - asked.from > max_by_hour;
      sums.by_flow = names_flows(asked);
      GYR_TRY(auto rows, reader.rollup(sums));
      for (const auto& row : rows) {
        const RollupSample sample(row);
        if (matcher.matches(sample)) each(sample);
      }
      return {};
    }
  }
  return each_page<store::ExecutionRow, ExecutionRowSample>(
      asked, matcher, std::move(query),
      [&reader](const store::ExecutionQuery& page) { return reader.search_executions(page); }, each);
}

base::Result<void> each_metric(store::Reader& reader, const SampleQuery& asked, const ChartMatcher& matcher,
                               const Each& each) {
  store::FlowQuery flows{asked.visible};
  flows.tenant = asked.tenant;
  flows.namespaces = asked_of_store(asked, "NAMESPACE");
  flows.flow_ids = asked_of_store(asked, "FLOW_ID");
  flows.paging.size = max_metric_flows;
  GYR_TRY(auto page, reader.search_flows(flows));
  uint64_t left = max_samples;
  for (const store::FlowRow& flow : page.results) {
    store::Reader::FlowMetricQuery query{
        .visible = asked.visible, .flow = flow.key, .from = asked.from, .to = asked.to, .look_at = left};
    GYR_TRY(auto metrics, reader.flow_metrics(query));
    left -= std::min<uint64_t>(left, metrics.size());
    if (left == 0) return base::fail(too_many());
    for (const auto& metric : metrics) {
      const MetricSample sample(metric);
      if (matcher.matches(sample)) each(sample);
    }
  }
  return {};
}

}  // namespace

base::Result<void> each_sample(store::Reader& reader, const SampleQuery& query, const Each& each) {
  GYR_TRY(auto matcher, ChartMatcher::compile(query.filters));
  switch (query.chart->source) {
    case DataSource::executions: return each_execution(reader, query, matcher, each);
    case DataSource::metrics: return each_metric(reader, query, matcher, each);
    case DataSource::logs: {
      store::LogQuery logs{query.visible};
      logs.namespaces = asked_of_store(query, "NAMESPACE");
      logs.flow_ids = asked_of_store(query, "FLOW_ID");
      logs.timestamps = {{store::Operator::greater_or_equal, query.from}, {store::Operator::less_or_equal, query.to}};
      logs.descending = true;
      return each_page<model::LogEntry, LogSample>(
          query, matcher, std::move(logs), [&reader](const store::LogQuery& page) { return reader.search_logs(page); },
          each);
    }
    case DataSource::flows: {
      store::FlowQuery flows{query.visible};
      flows.namespaces = asked_of_store(query, "NAMESPACE");
      return each_page<store::FlowRow, FlowSample>(
          query, matcher, std::move(flows),
          [&reader](const store::FlowQuery& page) { return reader.search_flows(page); }, each);
    }
    case DataSource::triggers: break;
  }
  store::TriggerQuery triggers{query.visible};
  triggers.namespaces = asked_of_store(query, "NAMESPACE");
  return each_page<store::TriggerRow, TriggerSample>(
      query, matcher, std::move(triggers),
      [&reader](const store::TriggerQuery& page) { return reader.search_triggers(page); }, each);
}

}  // namespace gyr::web
