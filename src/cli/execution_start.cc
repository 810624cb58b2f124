// `gyr execution run`, `follow`, `list`, `logs`, `eval`, and `gyr logs` (CLI-60).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <vector>

#include "base/clock.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/execution_choice.h"
#include "cli/execution_follow.h"
#include "cli/follow/wakeups.h"
#include "cli/listing.h"
#include "cli/verb.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

constexpr Column execution_columns[] = {
    {"ID", "id"},
    {"NAMESPACE", "namespace"},
    {"FLOW", "flowId"},
    {"STATE", "state.current"},
    {"STARTED", "state.startDate"},
    {"DURATION", "state.duration"},
    {"LABELS", "labels"},
};

class ExecutionList final : public Command {
  void declare(Arguments& arguments) override {
    filters_.declare(arguments);
    arguments.option("--sort", "FIELD:ORDER", sort_, "order of the rows (default: state.startDate:desc)");
    arguments.option("--limit", "N", limit_, "maximum number of rows (default: 100)");
    listing_.declare(arguments);
    client_.declare(arguments);
  }
  int run(Session& session) override {
    auto path = filters_.on("executions/search");
    if (!path) return session.fail(path.error());
    auto limit = read_limit(limit_);
    if (!limit) return session.fail(limit.error());
    append_query(*path, "sort", sort_.value_or("state.startDate:desc"));
    size_t total = 0;
    auto rows = read_pages(client_, *path, *limit, total);
    if (!rows) return session.fail(rows.error());
    listing_.print_rows(session.console, *rows, execution_columns, "id");
    say_more(session, rows->size(), total);
    return exit_ok;
  }

  ExecutionFilters filters_;
  std::optional<std::string> sort_, limit_;
  Listing listing_;
  ApiClient client_;
};

class ExecutionRun final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("NAMESPACE", namespace_, "namespace of the flow");
    arguments.positional("FLOW", flow_, "id of the flow");
    arguments.optional_positionals("INPUT", inputs_, "inputs of the flow, each NAME=VALUE");
    arguments.list("-i,--inputs", "NAME=VALUE", more_inputs_, "inputs of the flow");
    arguments.list("--file", "NAME=PATH", files_, "files for inputs");
    arguments.list("--labels", "KEY=VALUE", labels_, "labels of the execution");
    arguments.option("--revision", "N", revision_, "revision of the flow (default: the last one)");
    arguments.flag("-w,--wait", wait_, "wait until the execution has ended; exit code 1 if it failed");
    arguments.flag("-f,--follow", follow_, "show the log lines until the execution has ended; same exit code");
    listing_.declare(arguments);
    client_.declare(arguments);
  }
  int run(Session& session) override {
    auto code = start(session);
    return code ? *code : session.fail(code.error());
  }

  base::Result<ApiCall> call_of() const {
    if (is_missing(namespace_) || is_missing(flow_))
      return base::fail(base::Error(wrong_usage, "NAMESPACE and FLOW are required")
                            .with_hint("for example: gyr execution run company.team hello name=Ada"));
    ApiCall call{.method = "POST",
                 .path = fmt::format("executions/{}/{}", path_part(*namespace_), path_part(*flow_)),
                 .timeout = std::chrono::minutes(10)};  // files may be large
    if (revision_) append_query(call.path, "revision", *revision_);
    for (const std::string& label : labels_) {
      GYR_TRY(auto pair, split_pair(label, "--labels"));
      append_query(call.path, "labels", pair.first + ':' + pair.second);
    }
    for (const auto* list : {&inputs_, &more_inputs_}) {
      for (const std::string& input : *list) {
        GYR_TRY(auto pair, split_pair(input, "INPUT"));
        call.form.push_back({.name = pair.first, .value = pair.second});
      }
    }
    for (const std::string& file : files_) {
      GYR_TRY(auto pair, split_pair(file, "--file"));
      std::error_code error;
      if (!std::filesystem::is_regular_file(pair.second, error))
        return base::fail(base::Error(no_such_file, fmt::format("file `{}` does not exist", pair.second))
                              .with_hint("check the path; it is relative to the current folder"));
      call.form.push_back({.name = pair.first,
                           .file = pair.second,
                           .file_name = std::filesystem::path(pair.second).filename().string()});
    }
    return call;
  }

  static base::Result<std::pair<std::string, std::string>> split_pair(const std::string& text, std::string_view what) {
    const size_t at = text.find('=');
    if (at == std::string::npos || at == 0)
      return base::fail(
          wrong_usage, fmt::format("`{}` is not a valid value for `{}`: it must have the form NAME=VALUE", text, what));
    return std::pair(text.substr(0, at), text.substr(at + 1));
  }

  base::Result<int> start(const Session& session) const {
    GYR_TRY(const ApiCall call, call_of());
    GYR_TRY(Value execution, client_.call_json(call));
    const std::string id = cell_text(value_at(execution, "id"));
    int code = exit_ok;
    if (wait_ || follow_) {
      if (id.empty()) return base::fail(call_refused, "the server returned an invalid execution");
      const bool shown = follow_ && !listing_.is_json();
      GYR_TRY(execution,
              follow_execution(session, client_, id, {.states = shown && is_live(session.console), .logs = shown}));
      code = exit_code_of_execution(execution);
    }
    if (listing_.is_json() || listing_.is_quiet()) {
      listing_.print_object(session.console, execution, execution_columns, "id");
    } else {
      session.console.out.write(execution_line(execution, session.console));
    }
    return code;
  }

  std::optional<std::string> namespace_, flow_, revision_;
  std::vector<std::string> inputs_, more_inputs_, files_, labels_;
  bool wait_ = false, follow_ = false;
  Listing listing_;
  ApiClient client_;
};

class ExecutionFollow final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("ID", id_, "id of the execution");
    arguments.flag("--no-logs", no_logs_, "show the states only");
    arguments.flag("--json", json_, "print the execution as JSON when it has ended");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    if (auto checked = check_execution_id(id_.value_or("")); !checked) return session.fail(checked.error());
    auto ended = follow_execution(session, client_, *id_, {.states = !json_, .logs = !no_logs_ && !json_});
    if (!ended) return session.fail(ended.error());
    if (json_) {
      session.console.out.write(syntax::write_json(*ended) + '\n');
    } else if (!is_live(session.console)) {
      session.console.out.write(execution_line(*ended, session.console));
    }
    return exit_code_of_execution(*ended);
  }

  std::optional<std::string> id_;
  bool no_logs_ = false, json_ = false;
  ApiClient client_;
};

/// `execution logs ID` and `logs [ID]`.
class Logs final : public Command {
 public:
  explicit Logs(bool of_execution) : of_execution_(of_execution) {}

 private:
  void declare(Arguments& arguments) override {
    if (of_execution_) {
      arguments.positional("ID", id_, "id of the execution");
    } else {
      arguments.optional_positional("ID", id_, "id of an execution (default: the log lines of all executions)");
      filters_.declare(arguments);
      arguments.option("--limit", "N", limit_, "maximum number of lines; the newest ones are shown (default: 100)");
    }
    arguments.option("--level", "LEVEL", level_,
                     "lines of this level or a more severe one: TRACE, DEBUG, INFO, WARN, ERROR");
    arguments.flag("-f,--follow", follow_, "show new lines as they come; for an execution, until it has ended");
    arguments.flag("--json", json_, "print the lines as JSON");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    auto code = show(session);
    return code ? *code : session.fail(code.error());
  }

  base::Result<int> show(const Session& session) {
    if (of_execution_ || id_) GYR_CHECK(check_execution_id(id_.value_or("")));
    if (id_ && !filters_.is_empty())
      return base::fail(base::Error(wrong_usage, "cannot combine ID with a search").with_hint("omit one of them"));
    if (follow_ && json_)
      return base::fail(
          base::Error(wrong_usage, "cannot combine `--follow` with `--json`").with_hint("omit one of them"));
    if (id_ && follow_) {
      GYR_TRY(Value ended, follow_execution(session, client_, *id_, {.logs = true}));
      return exit_code_of_execution(ended);
    }
    if (id_) {
      std::string path = "logs/" + path_part(*id_);
      if (level_) append_query(path, "minLevel", *level_);
      GYR_TRY(Value lines, client_.call_json({.path = path}));
      print(session.console, lines.is_list() ? lines.items() : std::span<const Value>());
      return exit_ok;
    }
    GYR_TRY(std::string path, filters_.on("logs/search"));
    if (level_) append_query(path, "filters[level][EQUALS]", *level_);
    GYR_TRY(const size_t limit, read_limit(limit_));
    return search(session, path, limit);
  }

  /// The newest lines, the oldest of them first; with `--follow`, then those that come.
  base::Result<int> search(const Session& session, const std::string& path, size_t limit) const {
    std::string newest = path;
    append_query(newest, "sort", "timestamp:desc");
    size_t total = 0;
    GYR_TRY(Value page, read_pages(client_, newest, limit, total));
    std::vector<Value> lines(page.items().rbegin(), page.items().rend());
    print(session.console, lines);
    if (!follow_) {
      say_more(session, lines.size(), total);
      return exit_ok;
    }
    constexpr std::chrono::seconds between{1};  // the server has no stream of the lines of all executions
    Wakeups wakeups;
    std::set<std::string> known;  // lines of the last moment, which the next answer has again
    std::string since;
    for (const Value& line : lines) remember(line, since, known);
    while (session.console.out.failure() == 0) {
      if (wakeups.wait(base::monotonic_now() + between).signals > 0) return exit_interrupted;
      std::string next = path;
      append_query(next, "sort", "timestamp:asc");
      if (!since.empty()) append_query(next, "filters[startDate][GREATER_THAN_OR_EQUAL_TO]", since);
      GYR_TRY(Value more, read_pages(client_, next, max_lines_at_once, total));
      std::vector<Value> fresh;
      for (const Value& line : more.items()) {
        if (!known.contains(syntax::write_json(line))) fresh.push_back(line);
      }
      print(session.console, fresh);
      for (const Value& line : fresh) remember(line, since, known);
    }
    return exit_ok;
  }

  static void remember(const Value& line, std::string& since, std::set<std::string>& known) {
    const std::string at = cell_text(value_at(line, "timestamp"));
    if (at != since) known.clear();
    since = at;
    known.insert(syntax::write_json(line));
  }

  void print(const Console& console, std::span<const Value> lines) const {
    if (json_) return console.out.write(syntax::write_json(Value::list(lines)) + '\n');
    std::string out;
    for (const Value& line : lines) out += log_entry_line(line, console.color(console.out));
    if (!out.empty()) console.out.write(out);
  }

  static constexpr size_t max_lines_at_once = 5000;
  bool of_execution_;
  std::optional<std::string> id_, level_, limit_;
  ExecutionFilters filters_;
  bool follow_ = false, json_ = false;
  ApiClient client_;
};

class ExecutionEval final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("ID", id_, "id of the execution");
    arguments.positional("EXPRESSION", expression_, "expression in quotes: '{{ outputs.load.rows }}'");
    arguments.option("--task-run", "ID", task_run_, "evaluate as this task run sees it");
    arguments.flag("--json", json_, "print the answer of the server as JSON");
    client_.declare(arguments);
  }
  int run(Session& session) override {
    if (auto checked = check_execution_id(id_.value_or("")); !checked) return session.fail(checked.error());
    if (is_missing(expression_))
      return session.fail(base::Error(wrong_usage, "EXPRESSION is missing")
                              .with_hint("for example: gyr execution eval ID '{{ outputs }}'"));
    std::string path = fmt::format("executions/{}/actions/eval", path_part(*id_));
    if (task_run_) path += '/' + path_part(*task_run_);
    auto answer =
        client_.call_json({.method = "POST", .path = path, .body = *expression_, .content_type = "text/plain"});
    if (!answer) return session.fail(answer.error());
    const Value* error = answer->find("error");
    const bool failed = error != nullptr && error->is_string() && error->size() > 0;
    if (json_) {
      session.console.out.write(syntax::write_json(*answer) + '\n');
    } else if (failed) {
      return session.fail(base::Error(call_refused, printable(error->text())));
    } else {
      const Value result = value_at(*answer, "result");
      session.console.out.write((result.is_string() ? printable(result.text()) : syntax::write_json(result)) + '\n');
    }
    return failed ? exit_failed : exit_ok;
  }

  std::optional<std::string> id_, expression_, task_run_;
  bool json_ = false;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_execution_list() { return std::make_unique<ExecutionList>(); }
std::unique_ptr<Command> make_execution_run() { return std::make_unique<ExecutionRun>(); }
std::unique_ptr<Command> make_execution_follow() { return std::make_unique<ExecutionFollow>(); }
std::unique_ptr<Command> make_execution_logs() { return std::make_unique<Logs>(true); }
std::unique_ptr<Command> make_logs() { return std::make_unique<Logs>(false); }
std::unique_ptr<Command> make_execution_eval() { return std::make_unique<ExecutionEval>(); }

}  // namespace gyr::cli
