// `gyr execution kill`, `restart`, `replay`, `resume`, `pause`, `delete`, `labels`, `state`: changes of one execution
// or of many (CLI-60).
#include <fmt/format.h>

#include <algorithm>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/execution_choice.h"
#include "cli/execution_follow.h"
#include "cli/listing.h"
#include "cli/verb.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

/// The parts that all these commands share. One id is one call that answers with the execution. Several ids, or a
/// search, are one call too: it changes all of them or, if one cannot be changed, none.
class ExecutionAction : public Command {
 public:
  void declare(Arguments& arguments) override {
    choice_.declare(arguments);
    declare_own(arguments);
    if (can_wait()) arguments.flag("--wait", wait_, "wait until the executions have ended; exit code 1 if one failed");
    arguments.flag("--json", json_, "print JSON");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    auto done = act(session);
    return done ? *done : session.fail(done.error());
  }

 protected:
  virtual void declare_own(Arguments&) {}
  virtual bool can_wait() const { return true; }
  virtual std::string method() const { return "POST"; }
  /// Checks the options before anything is sent.
  virtual base::Result<void> check() const { return {}; }
  /// The path for one execution, `executions/{id}/…`.
  virtual std::string path_of_one(const std::string& id) const = 0;
  /// The path for several, without `by-ids` and `by-query`: `executions/kill/`.
  virtual std::string path_of_many() const = 0;
  /// Parameters of the calls for several.
  virtual void add_parameters(std::string&) const {}
  virtual Value body_of_one() const { return {}; }
  virtual Value body_of_ids(const Value& ids) const { return ids; }
  virtual Value body_of_query() const { return {}; }
  /// True if an option has no meaning for several executions; names it.
  virtual std::string_view only_for_one() const { return {}; }

 private:
  base::Result<int> act(Session& session) {
    GYR_TRY(const std::vector<std::string> ids, choice_.ids(session.console));
    GYR_CHECK(check());
    if (ids.size() != 1 && !only_for_one().empty())
      return base::fail(
          base::Error(wrong_usage, fmt::format("`{}` is for one execution", only_for_one())).with_hint("give one id"));
    if (wait_ && ids.empty())
      return base::fail(base::Error(wrong_usage, "cannot combine `--wait` with a search").with_hint("give ids"));
    Value answer;
    if (ids.size() == 1) {
      GYR_TRY(answer, client_.call(method(), path_of_one(ids.front()), body_of_one()));
    } else if (!ids.empty()) {
      base::ListBuilder list;
      for (const std::string& id : ids) list.push(Value::string(id));
      std::string path = path_of_many() + "by-ids";
      add_parameters(path);
      GYR_TRY(answer, client_.call(method(), path, body_of_ids(list.build())));
    } else {
      GYR_TRY(std::string path, choice_.filters().on(path_of_many() + "by-query"));
      add_parameters(path);
      GYR_TRY(answer, client_.call(method(), path, body_of_query()));
    }
    if (wait_) return wait_for(session, ids, answer);
    print(session.console, ids, answer);
    return exit_ok;
  }

  void print(const Console& console, const std::vector<std::string>& ids, const Value& answer) const {
    if (json_) return console.out.write(syntax::write_json(answer) + '\n');
    if (ids.size() == 1)
      return console.out.write(answer.is_map() ? execution_line(answer, console) : printable(ids.front()) + '\n');
    const std::string count = cell_text(value_at(answer, "count"));
    console.out.write(fmt::format("{} execution{}\n", count.empty() ? "0" : count, count == "1" ? "" : "s"));
  }

  base::Result<int> wait_for(const Session& session, std::vector<std::string> ids, const Value& answer) const {
    // A replay is a new execution: the answer names it.
    if (ids.size() == 1 && answer.is_map()) {
      if (const std::string id = cell_text(value_at(answer, "id")); !id.empty()) ids.front() = id;
    }
    int code = exit_ok;
    base::ListBuilder ended;
    for (const std::string& id : ids) {
      GYR_TRY(Value execution, follow_execution(session, client_, id, {}));
      code = std::max(code, exit_code_of_execution(execution));
      if (!json_) session.console.out.write(execution_line(execution, session.console));
      ended.push(std::move(execution));
    }
    if (json_) session.console.out.write(syntax::write_json(ids.size() == 1 ? ended.items()[0] : ended.build()) + '\n');
    return code;
  }

  ExecutionChoice choice_;
  bool json_ = false, wait_ = false;
  ApiClient client_;
};

/// A number of a revision, or nothing.
base::Result<void> check_revision(const std::optional<std::string>& revision) {
  if (!revision || (!revision->empty() && revision->find_first_not_of("0123456789") == std::string::npos)) return {};
  return base::fail(wrong_usage,
                    fmt::format("`{}` is not a valid value for `--revision`: it must be a number", *revision));
}

class KillExecutions final : public ExecutionAction {
  void declare_own(Arguments& arguments) override {
    arguments.flag("--no-cascade", no_cascade_, "do not kill the executions of Subflow tasks");
  }
  std::string method() const override { return "DELETE"; }
  std::string_view only_for_one() const override { return no_cascade_ ? "--no-cascade" : ""; }
  std::string path_of_one(const std::string& id) const override {
    return fmt::format("executions/{}/kill?isOnKillCascade={}", id, !no_cascade_);
  }
  std::string path_of_many() const override { return "executions/kill/"; }
  bool no_cascade_ = false;
};

class RestartExecutions final : public ExecutionAction {
  void declare_own(Arguments& arguments) override {
    arguments.option("--revision", "N", revision_, "create a new execution with this revision of the flow");
  }
  base::Result<void> check() const override { return check_revision(revision_); }
  std::string_view only_for_one() const override { return revision_ ? "--revision" : ""; }
  std::string path_of_one(const std::string& id) const override {
    std::string path = fmt::format("executions/{}/restart", id);
    if (revision_) append_query(path, "revision", *revision_);
    return path;
  }
  std::string path_of_many() const override { return "executions/restart/"; }
  std::optional<std::string> revision_;
};

class ReplayExecutions final : public ExecutionAction {
  void declare_own(Arguments& arguments) override {
    arguments.option("--from", "TASK_RUN", from_,
                     "id of the task run to start from; `gyr execution get ID` shows the ids");
    arguments.option("--revision", "N", revision_, "use this revision of the flow");
    arguments.flag("--latest-revision", latest_, "several executions: use the last revision of each flow");
  }
  base::Result<void> check() const override {
    if (from_ && check_execution_id(*from_).has_value() == false)
      return base::fail(wrong_usage,
                        fmt::format("`{}` is not a valid value for `--from`: it must be the id of a task run", *from_));
    return check_revision(revision_);
  }
  std::string_view only_for_one() const override { return from_ ? "--from" : revision_ ? "--revision" : ""; }
  std::string path_of_one(const std::string& id) const override {
    std::string path = fmt::format("executions/{}/replay", id);
    if (revision_) append_query(path, "revision", *revision_);
    if (from_) append_query(path, "taskRunId", *from_);
    return path;
  }
  std::string path_of_many() const override { return "executions/replay/"; }
  void add_parameters(std::string& path) const override {
    if (latest_) append_query(path, "latestRevision", "true");
  }
  std::optional<std::string> from_, revision_;
  bool latest_ = false;
};

class ResumeExecutions final : public ExecutionAction {
  std::string path_of_one(const std::string& id) const override { return fmt::format("executions/{}/resume", id); }
  std::string path_of_many() const override { return "executions/resume/"; }
};

class PauseExecutions final : public ExecutionAction {
  bool can_wait() const override { return false; }
  std::string path_of_one(const std::string& id) const override { return fmt::format("executions/{}/pause", id); }
  std::string path_of_many() const override { return "executions/pause/"; }
};

class DeleteExecutions final : public ExecutionAction {
  void declare_own(Arguments& arguments) override {
    arguments.flag("--keep-logs", keep_logs_, "keep the log lines");
    arguments.flag("--keep-files", keep_files_, "keep the files");
    arguments.flag("--running", running_, "several executions: also delete those that have not ended");
  }
  bool can_wait() const override { return false; }
  std::string method() const override { return "DELETE"; }
  std::string path_of_one(const std::string& id) const override {
    std::string path = "executions/" + id;
    add_kept(path);
    return path;
  }
  std::string path_of_many() const override { return "executions/"; }
  void add_parameters(std::string& path) const override {
    add_kept(path);
    if (running_) append_query(path, "includeNonTerminated", "true");
  }
  void add_kept(std::string& path) const {
    if (keep_logs_) append_query(path, "deleteLogs", "false");
    if (keep_files_) append_query(path, "deleteStorage", "false");
  }
  bool keep_logs_ = false, keep_files_ = false, running_ = false;
};

class LabelExecutions final : public ExecutionAction {
  void declare_own(Arguments& arguments) override {
    arguments.list("--set", "KEY=VALUE", set_, "labels to add, or to change");
  }
  bool can_wait() const override { return false; }
  base::Result<void> check() const override {
    for (const std::string& text : set_) {
      const size_t at = text.find_first_of("=:");
      if (at == std::string::npos || at == 0 || at + 1 == text.size())
        return base::fail(wrong_usage,
                          fmt::format("`{}` is not a valid value for `--set`: it must have the form KEY=VALUE", text));
    }
    if (set_.empty())
      return base::fail(base::Error(wrong_usage, "`--set` is required").with_hint("for example `--set team=data`"));
    return {};
  }
  Value labels() const {
    base::ListBuilder list;
    for (const std::string& text : set_) {
      const size_t at = text.find_first_of("=:");
      list.push(
          Value::map({{"key", Value::string(text.substr(0, at))}, {"value", Value::string(text.substr(at + 1))}}));
    }
    return list.build();
  }
  std::string path_of_one(const std::string& id) const override { return fmt::format("executions/{}/labels", id); }
  std::string path_of_many() const override { return "executions/labels/"; }
  Value body_of_one() const override { return labels(); }
  Value body_of_ids(const Value& ids) const override {
    return Value::map({{"executionsId", ids}, {"executionLabels", labels()}});
  }
  Value body_of_query() const override { return labels(); }
  std::vector<std::string> set_;
};

class SetExecutionState final : public ExecutionAction {
  void declare_own(Arguments& arguments) override {
    arguments.required_option("--to", "STATE", state_, "new state: SUCCESS, WARNING, FAILED, KILLED or CANCELLED");
  }
  bool can_wait() const override { return false; }
  base::Result<void> check() const override {
    if (!is_missing(state_)) return {};
    return base::fail(base::Error(wrong_usage, "`--to` is required").with_hint("for example `--to FAILED`"));
  }
  std::string path_of_one(const std::string& id) const override {
    std::string path = fmt::format("executions/{}/change-status", id);
    append_query(path, "status", *state_);
    return path;
  }
  std::string path_of_many() const override { return "executions/change-status/"; }
  void add_parameters(std::string& path) const override { append_query(path, "newStatus", *state_); }
  std::optional<std::string> state_;
};

}  // namespace

std::unique_ptr<Command> make_execution_kill() { return std::make_unique<KillExecutions>(); }
std::unique_ptr<Command> make_execution_restart() { return std::make_unique<RestartExecutions>(); }
std::unique_ptr<Command> make_execution_replay() { return std::make_unique<ReplayExecutions>(); }
std::unique_ptr<Command> make_execution_resume() { return std::make_unique<ResumeExecutions>(); }
std::unique_ptr<Command> make_execution_pause() { return std::make_unique<PauseExecutions>(); }
std::unique_ptr<Command> make_execution_delete() { return std::make_unique<DeleteExecutions>(); }
std::unique_ptr<Command> make_execution_labels() { return std::make_unique<LabelExecutions>(); }
std::unique_ptr<Command> make_execution_state() { return std::make_unique<SetExecutionState>(); }

}  // namespace gyr::cli
