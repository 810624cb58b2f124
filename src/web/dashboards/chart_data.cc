#include "web/dashboards/chart_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "syntax/json.h"
#include "syntax/time.h"
#include "web/dashboards/chart_filters.h"
#include "web/dashboards/chart_source.h"
#include "web/http/errors.h"
#include "web/logs/metric_buckets.h"

namespace gyr::web {

using base::Value;

namespace {

/// Groups of one chart: more say nothing to anybody, and all are in memory.
constexpr size_t max_groups = 50'000;
/// The maximum number of added rows for empty buckets.
constexpr size_t max_empty_buckets = 10'000;
constexpr int64_t max_page_size = 10'000;

/// The aggregated value of the rows of one group in one column.
class CellSum {
 public:
  void add(const Value& value, bool counts_all, uint64_t count) {
    if (!counts_all && value.is_null()) return;
    rows_ += count;
    if (value.is_integer() || value.is_number())
      sum_ += (value.is_integer() ? static_cast<double>(value.as_integer()) : value.as_number()) *
              static_cast<double>(count);
    if (min_.is_null() || compare_values(value, min_) < 0) min_ = value;
    if (max_.is_null() || compare_values(value, max_) > 0) max_ = value;
  }

  Value result(ColumnAggregation aggregation) const {
    switch (aggregation) {
      case ColumnAggregation::avg: return rows_ == 0 ? Value() : Value::number(sum_ / static_cast<double>(rows_));
      case ColumnAggregation::sum: return Value::number(sum_);
      case ColumnAggregation::min: return min_;
      case ColumnAggregation::max: return max_;
      default: return Value::integer(static_cast<int64_t>(rows_));
    }
  }

 private:
  uint64_t rows_ = 0;
  double sum_ = 0;
  Value min_, max_;
};

/// Gathers the rows of one chart.
class Gathering {
 public:
  Gathering(const Chart& chart, Bucket bucket) : chart_(chart), bucket_(bucket) {
    for (size_t i = 0; i < chart.columns.size(); ++i) (is_sum(i) ? sums_ : keys_).push_back(i);
  }

  void add(const ChartSample& sample) {
    if (sums_.empty()) {
      std::vector<Value> row;
      for (size_t i = 0; i < chart_.columns.size(); ++i) row.push_back(value_of(sample, i));
      plain_.push_back(std::move(row));
      return;
    }
    std::vector<Value> key;
    for (size_t i : keys_) key.push_back(value_of(sample, i));
    const std::string name = syntax::write_json(Value::list(key));
    auto found = groups_.find(name);
    if (found == groups_.end()) {
      if (groups_.size() >= max_groups) {
        full_ = true;
        return;
      }
      found = groups_.emplace(name, Group{std::move(key), std::vector<CellSum>(sums_.size())}).first;
    }
    for (size_t i = 0; i < sums_.size(); ++i) {
      const ChartColumn& column = chart_.columns[sums_[i]];
      found->second.sums[i].add(column.field == nullptr ? Value() : sample.value(*column.field, column.label_key),
                                column.field == nullptr, sample.count());
    }
  }

  /// Rows of values in the order of the columns.
  base::Result<std::vector<std::vector<Value>>> rows(base::Instant from, base::Instant to) {
    if (full_) return base::fail(bad_argument, fmt::format("the chart has more than {} groups", max_groups));
    if (sums_.empty()) return std::move(plain_);
    if (chart_.time_column) fill_buckets(from, to);
    std::vector<std::vector<Value>> rows;
    for (const auto& [name, group] : groups_) {
      std::vector<Value> row(chart_.columns.size());
      for (size_t i = 0; i < keys_.size(); ++i) row[keys_[i]] = group.key[i];
      for (size_t i = 0; i < sums_.size(); ++i)
        row[sums_[i]] = group.sums[i].result(chart_.columns[sums_[i]].aggregation);
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  struct Group {
    std::vector<Value> key;
    std::vector<CellSum> sums;
  };

  bool is_sum(size_t i) const { return chart_.columns[i].aggregation != ColumnAggregation::none; }

  Value value_of(const ChartSample& sample, size_t i) const {
    const ChartColumn& column = chart_.columns[i];
    Value value = column.field == nullptr ? Value() : sample.value(*column.field, column.label_key);
    if (chart_.time_column == i && is_instant(value)) return Value::instant(begin_of(bucket_, value.as_instant()));
    return value;
  }

  /// UI-206: empty buckets are included too, for each combination of the other keys that occurs.
  void fill_buckets(base::Instant from, base::Instant to) {
    const auto time = std::ranges::find(keys_, *chart_.time_column);
    const auto at = static_cast<size_t>(time - keys_.begin());
    std::map<std::string, std::vector<Value>> others;
    for (const auto& [name, group] : groups_) {
      std::vector<Value> key = group.key;
      key[at] = Value();
      others.emplace(syntax::write_json(Value::list(key)), key);
    }
    if (others.empty() && keys_.size() == 1) others.emplace("", std::vector<Value>(1));
    size_t added = 0;
    for (base::Instant begin = begin_of(bucket_, from); begin <= to && added < max_empty_buckets;
         begin = next_begin(bucket_, begin)) {
      for (auto& [name, key] : others) {
        key[at] = Value::instant(begin);
        added +=
            groups_.emplace(syntax::write_json(Value::list(key)), Group{key, std::vector<CellSum>(sums_.size())}).second
                ? 1
                : 0;
      }
    }
  }

  const Chart& chart_;
  Bucket bucket_;
  std::vector<size_t> keys_, sums_;
  std::map<std::string, Group> groups_;
  std::vector<std::vector<Value>> plain_;
  bool full_ = false;
};

using CellRow = std::vector<Value>;

/// Whether a row comes before another: by `orderBy`, then aggregated rows by their keys.
int order_of(const Chart& chart, const CellRow& a, const CellRow& b) {
  for (const ChartOrder& order : chart.order) {
    const int found = compare_values(a[order.column], b[order.column]);
    if (found != 0) return order.descending ? -found : found;
  }
  if (!chart.aggregates()) return 0;
  if (chart.time_column) {
    const int found = compare_values(a[*chart.time_column], b[*chart.time_column]);
    if (found != 0) return found;
  }
  for (size_t i = 0; i < a.size(); ++i) {
    if (chart.columns[i].aggregation != ColumnAggregation::none) continue;
    const int found = compare_values(a[i], b[i]);
    if (found != 0) return found;
  }
  return 0;
}

/// Positions of the rows in their order; equal ones stay as they were read, the newest first.
std::vector<size_t> sorted_positions(const Chart& chart, const std::vector<CellRow>& rows) {
  std::vector<size_t> positions(rows.size());
  std::iota(positions.begin(), positions.end(), size_t{0});
  std::ranges::sort(positions, [&](size_t a, size_t b) {
    const int found = order_of(chart, rows[a], rows[b]);
    return found != 0 ? found < 0 : a < b;
  });
  return positions;
}

Value chart_row_value(const Chart& chart, const std::vector<Value>& row) {
  base::MapBuilder map;
  for (size_t i = 0; i < row.size(); ++i) map.set(chart.columns[i].name, row[i]);
  return map.build();
}

/// One number: of all rows, of those of the numerator, or how many of hundred these are.
base::Result<ChartRows> kpi(store::Reader& reader, const Chart& chart, const SampleQuery& query) {
  GYR_TRY(auto numerator, ChartMatcher::compile(chart.numerator));
  const ChartColumn& column = chart.columns.front();
  CellSum whole, part;
  GYR_CHECK(each_sample(reader, query, [&](const ChartSample& sample) {
    const Value value = column.field == nullptr ? Value() : sample.value(*column.field, column.label_key);
    whole.add(value, column.field == nullptr, sample.count());
    if (chart.has_numerator && numerator.matches(sample)) part.add(value, column.field == nullptr, sample.count());
  }));
  Value value = (chart.has_numerator ? part : whole).result(column.aggregation);
  if (chart.percentage) {
    constexpr double hundred = 100;
    const auto number = [](const Value& v) {
      return v.is_integer() ? static_cast<double>(v.as_integer()) : v.is_number() ? v.as_number() : 0;
    };
    const double all = number(whole.result(column.aggregation));
    value = Value::number(all == 0 ? 0 : number(value) / all * hundred);
  }
  return ChartRows{{Value::map({{column.name, value}})}, 1};
}

base::Result<std::optional<base::Instant>> date_of_body(const Value& body, std::string_view name) {
  const Value* given = body.find(name);
  if (given == nullptr || given->is_null()) return std::optional<base::Instant>();
  if (!given->is_string()) return base::fail(bad_argument, fmt::format("{}: must be a date", name));
  auto date = syntax::parse_api_instant(given->text());
  if (!date) return base::fail(bad_argument, fmt::format("{}: {}", name, date.error().message()));
  return std::optional(*date);
}

base::Result<std::optional<int64_t>> count_of_body(const Value& body, std::string_view name, int64_t most) {
  const Value* given = body.find(name);
  if (given == nullptr || given->is_null()) return std::optional<int64_t>();
  if (!given->is_integer() || given->as_integer() < 1)
    return base::fail(bad_argument, fmt::format("{}: must be a number from 1", name));
  return std::optional(std::min(given->as_integer(), most));
}

}  // namespace

base::Result<ChartQuestion> chart_question(const store::Visible& visible, const Value& body, base::Duration most,
                                           std::optional<base::Duration> window, base::Instant now) {
  if (!body.is_map() && !body.is_null()) return base::fail(bad_body, "the body must be an object");
  const Value given = body.is_map() ? body : Value::empty_map();
  ChartQuestion question{visible};
  question.body = given;
  GYR_TRY(auto to, date_of_body(given, "endDate"));
  GYR_TRY(auto from, date_of_body(given, "startDate"));
  if ((!from || !to) && !window) return base::fail(bad_argument, "`startDate` and `endDate` are required");
  question.to = to ? *to : now;
  question.from = from ? *from : question.to - *window;
  if (question.from > question.to) return base::fail(bad_argument, "`startDate` is after `endDate`");
  if (question.to - question.from > most) {
    return base::fail(bad_argument, fmt::format("The time range is longer than the longest window of the dashboard, {}",
                                                syntax::format_duration(most)));
  }
  GYR_TRY(auto size, count_of_body(given, "pageSize", max_page_size));
  GYR_TRY(auto page, count_of_body(given, "pageNumber", std::numeric_limits<int32_t>::max()));
  if (size) {
    question.size = static_cast<uint64_t>(*size);
    question.page = static_cast<uint64_t>(page.value_or(1));
  }
  return question;
}

base::Result<ChartRows> chart_rows(store::Reader& reader, const Chart& chart, const ChartQuestion& question) {
  if (chart.type == ChartType::markdown) return ChartRows();
  SampleQuery query{&chart, question.visible, question.tenant, question.from, question.to, chart.where};
  GYR_TRY(auto of_page, page_filters(question.body, chart.source));
  query.filters.insert(query.filters.end(), of_page.begin(), of_page.end());
  if (chart.type == ChartType::kpi) return kpi(reader, chart, query);
  Gathering gathering(chart, bucket_for(question.to - question.from));
  GYR_CHECK(each_sample(reader, query, [&gathering](const ChartSample& sample) { gathering.add(sample); }));
  GYR_TRY(auto rows, gathering.rows(question.from, question.to));
  const std::vector<size_t> positions = sorted_positions(chart, rows);
  ChartRows answer;
  answer.total = rows.size();
  const uint64_t begin = question.page ? (*question.page - 1) * question.size : 0;
  const uint64_t end = question.page ? begin + question.size : rows.size();
  for (uint64_t i = begin; i < rows.size() && i < end; ++i)
    answer.rows.push_back(chart_row_value(chart, rows[positions[i]]));
  return answer;
}

}  // namespace gyr::web
