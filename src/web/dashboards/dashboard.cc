#include "web/dashboards/dashboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "syntax/time.h"
#include "syntax/yaml.h"
#include "web/http/errors.h"

namespace gyr::web {

using base::Value;
using syntax::Node;
using syntax::NodePtr;

namespace {

constexpr std::string_view chart_prefix = "io.kestra.plugin.core.dashboard.chart.";
constexpr std::string_view data_prefix = "io.kestra.plugin.core.dashboard.data.";
/// The limits of charts per dashboard and filters per chart: each costs a query.
constexpr size_t max_charts = 100;
constexpr size_t max_parts = 100;
/// The maximum nesting of OR conditions.
constexpr int max_nesting = 8;

template <class E>
struct Word {
  std::string_view text;
  E value;
};

constexpr Word<ChartType> chart_types[] = {
    {"Bar", ChartType::bar},     {"Pie", ChartType::pie}, {"TimeSeries", ChartType::time_series},
    {"Table", ChartType::table}, {"KPI", ChartType::kpi}, {"Markdown", ChartType::markdown}};
constexpr Word<DataSource> data_sources[] = {{"Executions", DataSource::executions},
                                             {"Flows", DataSource::flows},
                                             {"Logs", DataSource::logs},
                                             {"Metrics", DataSource::metrics},
                                             {"Triggers", DataSource::triggers}};
constexpr Word<ColumnAggregation> aggregations[] = {{"AVG", ColumnAggregation::avg},
                                                    {"COUNT", ColumnAggregation::count},
                                                    {"MAX", ColumnAggregation::max},
                                                    {"MIN", ColumnAggregation::min},
                                                    {"SUM", ColumnAggregation::sum}};
constexpr Word<ChartTest> tests[] = {{"CONTAINS", ChartTest::contains},
                                     {"STARTS_WITH", ChartTest::starts_with},
                                     {"PREFIX", ChartTest::prefix},
                                     {"ENDS_WITH", ChartTest::ends_with},
                                     {"REGEX", ChartTest::regex},
                                     {"EQUAL_TO", ChartTest::equal_to},
                                     {"NOT_EQUAL_TO", ChartTest::not_equal_to},
                                     {"GREATER_THAN", ChartTest::greater},
                                     {"GREATER_THAN_OR_EQUAL_TO", ChartTest::greater_or_equal},
                                     {"LESS_THAN", ChartTest::less},
                                     {"LESS_THAN_OR_EQUAL_TO", ChartTest::less_or_equal},
                                     {"IN", ChartTest::in},
                                     {"NOT_IN", ChartTest::not_in},
                                     {"IS_NULL", ChartTest::is_null},
                                     {"IS_NOT_NULL", ChartTest::is_not_null},
                                     {"IS_TRUE", ChartTest::is_true},
                                     {"IS_FALSE", ChartTest::is_false},
                                     {"OR", ChartTest::any}};

template <class E, size_t N>
const Word<E>* find_word(const Word<E> (&words)[N], std::string_view text) {
  const auto found = std::ranges::find(words, text, &Word<E>::text);
  return found == std::end(words) ? nullptr : &*found;
}

bool is_slug(std::string_view text) {
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= 100 && plain(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

base::Duration days(int64_t count) {
  constexpr int64_t day_seconds = 86'400;
  return base::Duration::of_seconds(count * day_seconds);
}

/// Reads one document; collects all problems.
class DashboardReader {
 public:
  std::vector<Violation> violations;

  std::optional<Dashboard> dashboard(const NodePtr& root) {
    Dashboard board;
    if (!is_map(root, "dashboard")) return std::nullopt;
    board.json = root->to_value();
    board.id = text(*root, "", "id", false);
    if (!board.id.empty() && !is_slug(board.id))
      report("id", "must match \"^[a-zA-Z0-9][a-zA-Z0-9_-]*\"", root->find("id"));
    board.title = text(*root, "", "title", true);
    board.description = text(*root, "", "description", false);
    window(*root, board);
    const Node* charts = root->find("charts");
    if (charts != nullptr && !charts->is_null() && !charts->is_missing()) read_charts(*charts, board);
    if (!violations.empty()) return std::nullopt;
    return board;
  }

  std::optional<Chart> chart(const NodePtr& node, const std::string& path) {
    if (!is_map(node, path.empty() ? "chart" : path)) return std::nullopt;
    const size_t before = violations.size();
    Chart chart;
    chart.json = node->to_value();
    chart.id = text(*node, path, "id", true);
    if (!chart.id.empty() && !is_slug(chart.id))
      report(at(path, "id"), "must match \"^[a-zA-Z0-9][a-zA-Z0-9_-]*\"", node->find("id"));
    const std::string type = text(*node, path, "type", true);
    const auto* known = type.starts_with(chart_prefix)
                            ? find_word(chart_types, std::string_view(type).substr(chart_prefix.size()))
                            : nullptr;
    if (known == nullptr) {
      if (!type.empty()) report(at(path, "type"), fmt::format("Invalid type: {}", type), node->find("type"));
      return std::nullopt;
    }
    chart.type = known->value;
    options(*node, path, chart);
    if (chart.type != ChartType::markdown) data(*node, path, chart);
    if (violations.size() != before) return std::nullopt;
    return chart;
  }

 private:
  static std::string at(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
  }

  void report(std::string path, std::string message, const Node* place) {
    Violation found{std::move(message), std::move(path), invalid_entity.text};
    if (place != nullptr) {
      found.line = place->span().line;
      found.column = place->span().column;
    }
    violations.push_back(std::move(found));
  }

  bool is_map(const NodePtr& node, const std::string& path) {
    if (node->is_mapping()) return true;
    report(path, "must be a map", node.get());
    return false;
  }

  std::string text(const Node& node, const std::string& path, std::string_view name, bool required) {
    const Node* found = node.find(name);
    if (found == nullptr || found->is_null() || (found->is_scalar() && found->text().empty())) {
      if (required) report(at(path, name), "must not be null", found == nullptr ? &node : found);
      return {};
    }
    if (found->is_scalar()) return found->text();
    report(at(path, name), "must be a string", found);
    return {};
  }

  /// A word of a list, or nothing.
  template <class E, size_t N>
  const Word<E>* word(const Node& node, const std::string& path, std::string_view name, const Word<E> (&words)[N],
                      bool required) {
    const std::string given = text(node, path, name, required);
    if (given.empty()) return nullptr;
    const auto* found = find_word(words, given);
    if (found == nullptr) report(at(path, name), fmt::format("Invalid value: {}", given), node.find(name));
    return found;
  }

  void window(const Node& root, Dashboard& board) {
    board.default_window = days(default_window_days);
    board.max_window = days(max_window_days);
    const Node* window = root.find("timeWindow");
    if (window != nullptr && !window->is_null() && !window->is_mapping())
      return report("timeWindow", "must be a map", window);
    base::MapBuilder shown;
    for (auto [name, target] : {std::pair("default", &board.default_window), std::pair("max", &board.max_window)}) {
      const std::string path = fmt::format("timeWindow.{}", name);
      const std::string given =
          window != nullptr && window->is_mapping() ? text(*window, "timeWindow", name, false) : std::string();
      if (!given.empty()) {
        auto duration = syntax::parse_duration(given);
        if (!duration || *duration <= base::Duration()) {
          report(path, fmt::format("Invalid duration: {}", given), window->find(name));
        } else if (*duration > days(max_window_days)) {
          report(path, "Time window can't be more than 1 year (366 days).", window->find(name));
        } else {
          *target = *duration;
        }
      }
      shown.set(name,
                Value::string(given.empty() ? fmt::format("P{}D", name == std::string_view("max") ? max_window_days
                                                                                                  : default_window_days)
                                            : given));
    }
    if (board.default_window > board.max_window) {
      // A dashboard that only shortens its longest window opens with that one.
      if (window->find("default") != nullptr) report("timeWindow.default", "must not be longer than `max`", window);
      board.default_window = board.max_window;
    }
    base::MapBuilder json(board.json);
    json.set("timeWindow", shown.build());
    board.json = json.build();
  }

  void read_charts(const Node& charts, Dashboard& board) {
    if (!charts.is_sequence()) return report("charts", "must be a list", &charts);
    if (charts.items().size() > max_charts)
      return report("charts", fmt::format("more than {} charts", max_charts), &charts);
    std::set<std::string> ids;
    for (size_t i = 0; i < charts.items().size(); ++i) {
      const std::string path = fmt::format("charts[{}]", i);
      auto read = chart(charts.items()[i], path);
      if (!read) continue;
      if (!ids.insert(read->id).second)
        report(at(path, "id"), fmt::format("Duplicate chart id: {}", read->id), charts.items()[i].get());
      board.charts.push_back(*std::move(read));
    }
  }

  void options(const Node& node, const std::string& path, Chart& chart) {
    const Node* options = node.find("chartOptions");
    const std::string below = at(path, "chartOptions");
    if (options == nullptr || !options->is_mapping()) {
      if (chart.type != ChartType::markdown)
        report(at(below, "displayName"), "must not be null", options == nullptr ? &node : options);
      return;
    }
    text(*options, below, "displayName", chart.type != ChartType::markdown);
    if (const Node* width = options->find("width"); width != nullptr && !width->is_null()) {
      const Value& given = width->is_scalar() ? width->value() : Value();
      if (!given.is_integer() || given.as_integer() < 1 || given.as_integer() > 12)
        report(at(below, "width"), "must be from 1 to 12", width);
    }
    constexpr Word<bool> number_types[] = {{"FLAT", false}, {"PERCENTAGE", true}};
    if (chart.type == ChartType::kpi) {
      if (const auto* type = word(*options, below, "numberType", number_types, false)) chart.percentage = type->value;
    }
  }

  void data(const Node& node, const std::string& path, Chart& chart) {
    const NodePtr data = node.find_shared("data");
    const std::string below = at(path, "data");
    if (data == nullptr || data->is_null()) return report(below, "must not be null", &node);
    if (!is_map(data, below)) return;
    const std::string type = text(*data, below, "type", true);
    std::string_view name =
        type.starts_with(data_prefix) ? std::string_view(type).substr(data_prefix.size()) : std::string_view();
    const bool is_kpi = name.ends_with("KPI");
    if (is_kpi) name.remove_suffix(3);
    const auto* source = find_word(data_sources, name);
    if (source == nullptr || (is_kpi && source->value == DataSource::triggers)) {
      if (!type.empty()) report(at(below, "type"), fmt::format("Invalid type: {}", type), data->find("type"));
      return;
    }
    if (is_kpi != (chart.type == ChartType::kpi)) {
      return report(
          at(below, "type"),
          is_kpi ? "is only valid for charts of type KPI" : "a KPI chart needs a data type whose name ends in KPI",
          data->find("type"));
    }
    chart.source = source->value;
    columns(*data, below, chart);
    chart.where = filters(data->find("where"), at(below, "where"), chart.source, 0);
    const Node* numerator = data->find("numerator");
    chart.has_numerator = numerator != nullptr && !numerator->is_null() && !numerator->is_missing();
    if (chart.has_numerator) chart.numerator = filters(numerator, at(below, "numerator"), chart.source, 0);
    order(data->find("orderBy"), at(below, "orderBy"), chart);
    check_columns(node, path, chart);
  }

  void columns(const Node& data, const std::string& path, Chart& chart) {
    const NodePtr columns = data.find_shared("columns");
    const std::string below = at(path, "columns");
    if (columns == nullptr || !columns->is_mapping() || columns->entries().empty())
      return report(below, "must not be empty", columns == nullptr ? &data : columns.get());
    if (columns->entries().size() > max_parts)
      return report(below, fmt::format("more than {} columns", max_parts), columns.get());
    if (chart.type == ChartType::kpi) {
      chart.columns.push_back(column(*columns, below, "value", chart.source));
      return;
    }
    for (const auto& entry : columns->entries()) {
      if (is_map(entry.value, at(below, entry.key)))
        chart.columns.push_back(column(*entry.value, at(below, entry.key), entry.key, chart.source));
    }
  }

  ChartColumn column(const Node& node, const std::string& path, std::string name, DataSource source) {
    ChartColumn column;
    column.name = std::move(name);
    if (const auto* aggregation = word(node, path, "agg", aggregations, false)) column.aggregation = aggregation->value;
    column.label_key = text(node, path, "labelKey", false);
    const std::string field = text(node, path, "field", column.aggregation != ColumnAggregation::count);
    if (field.empty()) return column;
    column.field = find_data_field(source, field);
    if (column.field == nullptr) {
      report(at(path, "field"), fmt::format("Invalid field: {}", field), node.find("field"));
    } else if (column.aggregation != ColumnAggregation::none && column.aggregation != ColumnAggregation::count &&
               (!column.field->aggregates || column.field->kind == FieldKind::labels)) {
      report(at(path, "agg"), fmt::format("{} cannot be aggregated", field), node.find("agg"));
    } else if ((column.aggregation == ColumnAggregation::sum || column.aggregation == ColumnAggregation::avg) &&
               column.field->kind != FieldKind::number) {
      report(at(path, "agg"), fmt::format("{} is not a number", field), node.find("agg"));
    }
    // What every row has is counted by counting rows.
    const bool always = field == "ID" || field == "NAMESPACE" || field == "FLOW_ID" || field == "STATE";
    if (column.aggregation == ColumnAggregation::count && always) column.field = nullptr;
    return column;
  }

  std::vector<ChartFilter> filters(const Node* list, const std::string& path, DataSource source, int depth) {
    std::vector<ChartFilter> found;
    if (list == nullptr || list->is_null() || list->is_missing()) return found;
    if (!list->is_sequence() || list->items().size() > max_parts || depth > max_nesting) {
      report(
          path,
          depth > max_nesting ? "is nested too deeply" : fmt::format("must be a list of at most {} filters", max_parts),
          list);
      return found;
    }
    for (size_t i = 0; i < list->items().size(); ++i) {
      const std::string below = fmt::format("{}[{}]", path, i);
      if (is_map(list->items()[i], below)) filter(*list->items()[i], below, source, depth, found);
    }
    return found;
  }

  void filter(const Node& node, const std::string& path, DataSource source, int depth,
              std::vector<ChartFilter>& found) {
    ChartFilter filter;
    const auto* test = word(node, path, "type", tests, true);
    const std::string field = text(node, path, "field", true);
    if (test == nullptr || field.empty()) return;
    filter.test = test->value;
    filter.field = find_data_field(source, field);
    if (filter.field == nullptr)
      return report(at(path, "field"), fmt::format("Invalid field: {}", field), node.find("field"));
    filter.label_key = text(node, path, "labelKey", false);
    if (filter.field->kind == FieldKind::labels && filter.label_key.empty() && filter.test != ChartTest::any) {
      return report(at(path, "labelKey"), "must not be null", &node);
    }
    const Node* values = node.find("values");
    switch (filter.test) {
      case ChartTest::is_null:
      case ChartTest::is_not_null:
      case ChartTest::is_true:
      case ChartTest::is_false:
        if (node.find("value") != nullptr || values != nullptr)
          report(path, fmt::format("{} does not take a value", test->text), &node);
        break;
      case ChartTest::any:
        if (values == nullptr) report(at(path, "values"), "must not be null", &node);
        filter.alternatives = filters(values, at(path, "values"), source, depth + 1);
        break;
      case ChartTest::in:
      case ChartTest::not_in:
        if (values == nullptr || !values->is_sequence() ||
            !std::ranges::all_of(values->items(), [](const NodePtr& item) { return item->is_scalar(); })) {
          report(at(path, "values"), "must be a list of values", values == nullptr ? &node : values);
          break;
        }
        for (const NodePtr& item : values->items()) filter.values.push_back(item->text());
        break;
      default: {
        const Node* value = node.find("value");
        if (value == nullptr || !value->is_scalar() || value->is_null()) {
          report(at(path, "value"), "must not be null", value == nullptr ? &node : value);
        } else {
          filter.values.push_back(value->text());
        }
      }
    }
    found.push_back(std::move(filter));
  }

  void order(const Node* list, const std::string& path, Chart& chart) {
    if (list == nullptr || list->is_null() || list->is_missing()) return;
    if (!list->is_sequence()) return report(path, "must be a list", list);
    constexpr Word<bool> directions[] = {{"ASC", false}, {"DESC", true}};
    for (size_t i = 0; i < list->items().size(); ++i) {
      const std::string below = fmt::format("{}[{}]", path, i);
      if (!is_map(list->items()[i], below)) continue;
      const Node& node = *list->items()[i];
      const auto position = column_at(chart, node, below, "column", true);
      const auto* direction = word(node, below, "order", directions, false);
      if (position) chart.order.push_back({*position, direction != nullptr && direction->value});
    }
  }

  /// The position of the column that a property names.
  std::optional<size_t> column_at(const Chart& chart, const Node& node, const std::string& path, std::string_view name,
                                  bool required) {
    const std::string wanted = text(node, path, name, required);
    if (wanted.empty()) return std::nullopt;
    const auto found = std::ranges::find(chart.columns, wanted, &ChartColumn::name);
    if (found != chart.columns.end()) return static_cast<size_t>(found - chart.columns.begin());
    report(at(path, name), fmt::format("data.columns has no column `{}`", wanted), node.find(name));
    return std::nullopt;
  }

  void check_columns(const Node& node, const std::string& path, Chart& chart) {
    const auto count = static_cast<size_t>(std::ranges::count_if(
        chart.columns, [](const ChartColumn& column) { return column.aggregation != ColumnAggregation::none; }));
    const std::string below = at(path, "data.columns");
    const bool one = chart.type == ChartType::bar || chart.type == ChartType::pie || chart.type == ChartType::kpi;
    if (one && count != 1) report(below, "exactly one column needs an aggregation", &node);
    if (chart.type == ChartType::time_series && (count < 1 || count > 2))
      report(below, "one or two columns need an aggregation", &node);
    const Node* options = node.find("chartOptions");
    if (options == nullptr || !options->is_mapping()) return;
    const std::string chart_options = at(path, "chartOptions");
    if (chart.type == ChartType::bar) column_at(chart, *options, chart_options, "column", true);
    if (chart.type == ChartType::time_series) {
      chart.time_column = column_at(chart, *options, chart_options, "column", true);
      if (chart.time_column) {
        const ChartColumn& column = chart.columns[*chart.time_column];
        if (column.field == nullptr || column.field->kind != FieldKind::date ||
            column.aggregation != ColumnAggregation::none) {
          report(at(chart_options, "column"), fmt::format("`{}` is not a date", column.name), options->find("column"));
        }
      }
    }
    if (chart.type == ChartType::time_series || chart.type == ChartType::pie)
      column_at(chart, *options, chart_options, "colorByColumn", false);
  }
};

template <class T, class Read>
Checked<T> read_document(std::string_view source, Read read) {
  Checked<T> checked;
  auto document = syntax::parse_yaml(source);
  if (!document) {
    checked.violations.push_back({document.error().message(), "", document.error().code().text});
    return checked;
  }
  DashboardReader reader;
  checked.value = read(reader, *document);
  checked.violations = std::move(reader.violations);
  return checked;
}

}  // namespace

std::string lines_of(const std::vector<Violation>& violations) {
  std::string lines;
  for (const Violation& violation : violations) {
    if (!lines.empty()) lines += '\n';
    lines += violation.path.empty() ? violation.message : fmt::format("{}: {}", violation.path, violation.message);
  }
  return lines;
}

Checked<Dashboard> parse_dashboard(std::string_view source) {
  return read_document<Dashboard>(source,
                                  [](DashboardReader& reader, const NodePtr& root) { return reader.dashboard(root); });
}

Checked<Chart> parse_chart(std::string_view source) {
  return read_document<Chart>(source,
                              [](DashboardReader& reader, const NodePtr& root) { return reader.chart(root, ""); });
}

}  // namespace gyr::web
