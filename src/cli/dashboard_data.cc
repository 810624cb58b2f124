// `gyr dashboard data`: the rows of a chart of a dashboard (CLI-60).
#include <fmt/format.h>

#include <set>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/length_option.h"
#include "cli/listing.h"
#include "cli/verb.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "syntax/yaml.h"

namespace gyr::cli {
namespace {

using base::Value;

class DashboardData final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("ID", id_, "id of the dashboard");
    arguments.optional_positional("CHART", chart_, "id of the chart (default: list the charts)");
    arguments.option("--since", "DURATION", since_,
                     "data of this time up to now: 1h, 7d, PT1H (default: that of the dashboard)");
    arguments.option("--namespace", "NAMESPACE", namespace_, "data of this namespace and its child namespaces");
    arguments.option("--limit", "N", limit_, "maximum number of rows (default: 100)");
    arguments.flag("--csv", csv_, "print all rows as CSV");
    listing_.declare(arguments);
    client_.declare(arguments);
  }

  int run(Session& session) override {
    auto done = show(session);
    return done ? exit_ok : session.fail(done.error());
  }

  base::Result<void> show(const Session& session) const {
    if (is_missing(id_))
      return base::fail(
          base::Error(wrong_usage, "ID is missing").with_hint("`gyr dashboard list` lists the dashboards"));
    if (csv_ && (listing_.is_json() || listing_.is_quiet()))
      return base::fail(
          base::Error(wrong_usage, "cannot combine `--csv` with `--json` or `--quiet`").with_hint("omit one of them"));
    GYR_TRY(const size_t limit, read_limit(limit_));
    if (is_missing(chart_)) return list_charts(session.console);
    base::MapBuilder body;
    GYR_TRY(const base::Duration length, window());
    const base::Instant now = session.clock.now();
    body.set("startDate", Value::string(syntax::format_instant(now - length)));
    body.set("endDate", Value::string(syntax::format_instant(now)));
    if (namespace_) body.set("namespace", Value::string(*namespace_));
    body.set("pageNumber", Value::integer(1));
    body.set("pageSize", Value::integer(static_cast<int64_t>(limit)));
    ApiCall call{.method = "POST",
                 .path = fmt::format("dashboards/{}/charts/{}{}", path_part(*id_), path_part(*chart_),
                                     csv_ ? "/export/to-csv" : ""),
                 .body = syntax::write_json(body.build()),
                 .content_type = "application/json"};
    if (csv_) {
      GYR_TRY(const std::string text, client_.send(call));
      session.console.out.write(session.console.out.is_terminal() ? printable(text) : text);
      return {};
    }
    GYR_TRY(const Value answer, client_.call_json(call));
    const Value rows = value_at(answer, "results"), total = value_at(answer, "total");
    print_rows(session.console, rows);
    if (rows.is_list() && total.is_integer()) say_more(session, rows.size(), static_cast<size_t>(total.as_integer()));
    return {};
  }

  /// `--since`, or what the dashboard shows, or 30 days.
  base::Result<base::Duration> window() const {
    if (since_) return parse_length("--since", *since_);
    GYR_TRY(const Value board, client_.call_json({.path = "dashboards/" + path_part(*id_)}));
    const std::string own = cell_text(value_at(board, "timeWindow.default"));
    constexpr int64_t usual_seconds = 30 * 86'400;
    return own.empty() ? base::Result<base::Duration>(base::Duration::of_seconds(usual_seconds))
                       : syntax::parse_duration(own);
  }

  /// The columns are the keys of the rows, in the order in which they appear.
  void print_rows(const Console& console, const Value& rows) const {
    std::vector<std::string> names;
    std::set<std::string_view> known;
    for (const Value& row : rows.is_list() ? rows.items() : std::span<const Value>()) {
      for (const base::MapEntry& entry : row.is_map() ? row.entries() : std::span<const base::MapEntry>()) {
        if (known.insert(entry.name()).second) names.emplace_back(entry.name());
      }
    }
    std::vector<Column> columns;
    for (const std::string& name : names) columns.push_back({name, name});
    listing_.print_rows(console, rows, columns, names.empty() ? std::string_view() : names.front());
  }

  base::Result<void> list_charts(const Console& console) const {
    GYR_TRY(const Value board, client_.call_json({.path = "dashboards/" + path_part(*id_)}));
    const Value source = value_at(board, "sourceCode");
    GYR_TRY(const auto parsed, syntax::parse_yaml(source.is_string() ? source.text() : ""));
    constexpr Column columns[] = {{"CHART", "id"}, {"TYPE", "type"}, {"TITLE", "chartOptions.displayName"}};
    listing_.print_rows(console, value_at(parsed->to_value(), "charts"), columns, "id");
    return {};
  }

  std::optional<std::string> id_, chart_, since_, namespace_, limit_;
  bool csv_ = false;
  Listing listing_;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_dashboard_data() { return std::make_unique<DashboardData>(); }

}  // namespace gyr::cli
