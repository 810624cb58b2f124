// Dashboards: the content of their YAML, validated (CORE-110 to CORE-112, UI-200 to UI-207).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/value.h"
#include "web/http/answers.h"

namespace gyr::web {

enum class ChartType : uint8_t { bar, pie, time_series, table, kpi, markdown };
enum class DataSource : uint8_t { executions, flows, logs, metrics, triggers };
enum class ColumnAggregation : uint8_t { none, avg, count, max, min, sum };
enum class FieldKind : uint8_t { text, number, date, labels };

/// One field of a source. Static data.
struct DataField {
  std::string_view name;
  FieldKind kind = FieldKind::text;
  bool aggregates = true;
};
std::span<const DataField> data_fields(DataSource source);
const DataField* find_data_field(DataSource source, std::string_view name);

/// A column of the rows: a field, or an aggregation of a field.
struct ChartColumn {
  std::string name;                  ///< the key of the rows
  const DataField* field = nullptr;  ///< null: counts rows
  ColumnAggregation aggregation = ColumnAggregation::none;
  std::string label_key;  ///< the label key, for the field LABELS
};

enum class ChartTest : uint8_t {
  contains,
  starts_with,
  prefix,
  ends_with,
  regex,
  equal_to,
  not_equal_to,
  greater,
  greater_or_equal,
  less,
  less_or_equal,
  in,
  not_in,
  is_null,
  is_not_null,
  is_true,
  is_false,
  any,
};

/// One condition of `where` or `numerator`.
struct ChartFilter {
  const DataField* field = nullptr;
  ChartTest test = ChartTest::equal_to;
  std::vector<std::string> values;
  std::string label_key;
  std::vector<ChartFilter> alternatives;  ///< for `any` (OR)
};

/// One sort key of the rows.
struct ChartOrder {
  size_t column = 0;  ///< index in Chart::columns
  bool descending = false;
};

/// One chart. Immutable.
struct Chart {
  std::string id;
  ChartType type = ChartType::table;
  DataSource source = DataSource::executions;
  std::vector<ChartColumn> columns;
  std::vector<ChartFilter> where;
  std::vector<ChartFilter> numerator;
  bool has_numerator = false;
  bool percentage = false;
  std::optional<size_t> time_column;  ///< for a TimeSeries: index in `columns`
  std::vector<ChartOrder> order;
  base::Value json;  ///< the original content

  bool aggregates() const;
};

/// One dashboard. Immutable.
struct Dashboard {
  std::string id;  ///< empty if the source has no id
  std::string title;
  std::string description;
  base::Duration default_window;
  base::Duration max_window;
  std::vector<Chart> charts;
  base::Value json;  ///< the original content, with the defaults of the time window

  const Chart* find(std::string_view chart_id) const;
};

/// The result of reading a source: the object, or its problems.
template <class T>
struct Checked {
  std::optional<T> value;
  std::vector<Violation> violations;
};
/// All problems, one per line, in the form of `constraints`.
std::string lines_of(const std::vector<Violation>& violations);

Checked<Dashboard> parse_dashboard(std::string_view source);
/// A single chart, for the editor.
Checked<Chart> parse_chart(std::string_view source);

/// The default window of a dashboard, and the maximum (CORE-110).
inline constexpr int64_t default_window_days = 30;
inline constexpr int64_t max_window_days = 366;

}  // namespace gyr::web
