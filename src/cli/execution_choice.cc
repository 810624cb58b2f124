#include "cli/execution_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/errors.h"
#include "cli/length_option.h"
#include "cli/verb.h"
#include "syntax/time.h"

namespace gyr::cli {
namespace {

/// `state=FAILED`, `labels.team!=a`, `state=FAILED,KILLED`; a word without `=` is a text to look for.
base::Result<void> append_filter(std::string& path, const std::string& query) {
  const size_t equals = query.find('=');
  if (equals == std::string::npos) {
    append_query(path, "filters[q][EQUALS]", query);
    return {};
  }
  const bool negative = equals > 0 && query[equals - 1] == '!';
  const std::string field = query.substr(0, negative ? equals - 1 : equals);
  const std::string value = query.substr(equals + 1);
  if (field.empty() || value.empty() || field.find_first_of("[]") != std::string::npos)
    return base::fail(
        base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--query`", query))
            .with_hint("use FIELD=VALUE or FIELD!=VALUE, such as state=FAILED,KILLED or labels.team=data, or a text"));
  constexpr std::string_view of_labels = "labels.";
  if (field.starts_with(of_labels)) {
    append_query(
        path,
        fmt::format("filters[labels][{}][{}]", negative ? "NOT_EQUALS" : "EQUALS", field.substr(of_labels.size())),
        value);
    return {};
  }
  const bool several = value.find(',') != std::string::npos;
  append_query(path, fmt::format("filters[{}][{}{}]", field, negative ? "NOT_" : "", several ? "IN" : "EQUALS"), value);
  return {};
}

}  // namespace

void ExecutionFilters::declare(Arguments& arguments) {
  arguments.option("--namespace", "NAMESPACE", namespace_, "executions of this namespace and its child namespaces");
  arguments.option("--flow", "ID", flow_, "executions of the flows with this id");
  arguments.list("--state", "STATE", states_, "executions in one of these states: RUNNING, FAILED, …");
  arguments.list("--label", "KEY=VALUE", labels_, "executions with all these labels");
  arguments.option("--since", "DURATION", since_, "executions that started within this time: 30m, 1d, PT1H");
  arguments.list("--query", "FILTER", queries_,
                 "FIELD=VALUE or FIELD!=VALUE, such as state=FAILED,KILLED or labels.team=data; or a text to look for");
}

bool ExecutionFilters::is_empty() const {
  return !namespace_ && !flow_ && !since_ && states_.empty() && labels_.empty() && queries_.empty();
}

base::Result<std::string> ExecutionFilters::on(std::string path) const {
  if (namespace_) append_query(path, "filters[namespace][PREFIX]", *namespace_);
  if (flow_) append_query(path, "filters[flowId][EQUALS]", *flow_);
  if (!states_.empty()) append_query(path, "filters[state][IN]", fmt::format("{}", fmt::join(states_, ",")));
  if (since_) {
    GYR_TRY(const base::Duration length, parse_length("--since", *since_));
    append_query(path, "filters[timeRange][EQUALS]", syntax::format_duration(length));
  }
  for (const std::string& label : labels_) {
    const size_t at = label.find_first_of("=:");
    if (at == std::string::npos || at == 0)
      return base::fail(wrong_usage,
                        fmt::format("`{}` is not a valid value for `--label`: it must have the form KEY=VALUE", label));
    append_query(path, fmt::format("filters[labels][EQUALS][{}]", label.substr(0, at)), label.substr(at + 1));
  }
  for (const std::string& query : queries_) GYR_CHECK(append_filter(path, query));
  return path;
}

base::Result<void> check_execution_id(const std::string& id) {
  if (!id.empty() && id.find_first_of("/ ?#%&") == std::string::npos) return {};
  return base::fail(base::Error(wrong_usage, id.empty()
                                                 ? std::string("ID is missing")
                                                 : fmt::format("`{}` is not an id of an execution", printable(id)))
                        .with_hint("for example: gyr execution get 5cYKNq1QJWfSBDnrUDTBVp"));
}

void ExecutionChoice::declare(Arguments& arguments) {
  arguments.optional_positionals("ID", given_, "ids of executions");
  arguments.option("--ids", "FILE", file_, "read ids from a file, one on each line; `-` reads standard input");
  filters_.declare(arguments);
}

base::Result<std::vector<std::string>> ExecutionChoice::ids(const Console& console) const {
  const int ways = (given_.empty() ? 0 : 1) + (file_ ? 1 : 0) + (filters_.is_empty() ? 0 : 1);
  if (ways > 1)
    return base::fail(
        base::Error(wrong_usage, "cannot combine ids, `--ids` and a search").with_hint("use one of them"));
  if (ways == 0)
    return base::fail(base::Error(wrong_usage, "ID is missing")
                          .with_hint("give ids, `--ids FILE`, or a search such as `--query state=FAILED`"));
  std::vector<std::string> ids = given_;
  if (file_) {
    GYR_TRY(std::string text, read_input(*file_, console));
    for (std::string_view line : base::split(text, '\n')) {
      if (const std::string_view id = base::trim(line); !id.empty()) ids.emplace_back(id);
    }
    if (ids.empty()) return base::fail(wrong_usage, fmt::format("`{}` has no ids", shown_name(*file_)));
  }
  for (const std::string& id : ids) GYR_CHECK(check_execution_id(id));
  return ids;
}

}  // namespace gyr::cli
