// `gyr execution …`: shows and changes executions on a server (CLI-3; principle: explains itself).
#include <fmt/format.h>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

std::string text_at(const Value& map, std::string_view key) {
  const Value* value = map.is_map() ? map.find(key) : nullptr;
  return value != nullptr && value->is_string() ? printable(value->text()) : std::string();
}

std::string_view state_of(const Value& map) {
  const Value* state = map.find_path({"state", "current"});
  return state != nullptr && state->is_string() ? state->text() : std::string_view("?");
}

Paint paint_of(std::string_view state) {
  if (state == "SUCCESS") return Paint::green;
  if (state == "FAILED" || state == "KILLED") return Paint::red;
  if (state == "WARNING" || state == "PAUSED" || state == "QUEUED" || state == "RETRYING") return Paint::yellow;
  return Paint::none;
}

/// The parts that all these commands share: the id, `--json` and the options for the server.
class ExecutionCommand : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("ID", id_, "id of the execution");
    declare_own(arguments);
    arguments.flag("--json", json_, "print JSON");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    if (!id_ || id_->empty() || id_->find('/') != std::string::npos) {
      return session.fail(
          base::Error(wrong_usage, id_ && !id_->empty()
                                       ? fmt::format("`{}` is not an id of an execution", printable(*id_))
                                       : std::string("ID is missing"))
              .with_hint("for example: gyr execution get 5cYKNq1QJWfSBDnrUDTBVp"));
    }
    auto path = path_of(*id_);
    if (!path) return session.fail(path.error());
    auto answer = client_.call(method(), *path);
    if (!answer) return session.fail(answer.error());
    session.console.out.write(json_ ? syntax::write_json(*answer) + "\n" : shown(*answer, session.console));
    return exit_ok;
  }

 protected:
  virtual void declare_own(Arguments&) {}
  virtual std::string method() const { return "POST"; }
  virtual base::Result<std::string> path_of(const std::string& id) const = 0;
  /// One line with the execution and its state.
  virtual std::string shown(const Value& answer, const Console& console) const {
    const std::string_view state = state_of(answer);
    return fmt::format("{} {}\n", text_at(answer, "id"), painted(paint_of(state), state, console.color(console.out)));
  }

 private:
  std::optional<std::string> id_;
  bool json_ = false;
  ApiClient client_;
};

std::string shown_actions(const Value* actions, std::string_view indent) {
  std::string out;
  if (actions == nullptr || !actions->is_list()) return out;
  for (const Value& action : actions->items()) {
    const std::string command = text_at(action, "command");
    const std::string how =
        command.empty() ? fmt::format("{} {}", text_at(action, "method"), text_at(action, "path")) : command;
    out += fmt::format("{}{}    ({})\n", indent, how, text_at(action, "text"));
  }
  return out;
}

class Explain final : public ExecutionCommand {
  std::string method() const override { return "GET"; }
  base::Result<std::string> path_of(const std::string& id) const override { return "executions/" + id + "/explain"; }

  std::string shown(const Value& answer, const Console& console) const override {
    const bool color = console.color(console.out);
    const std::string state = text_at(answer, "state");
    std::string out =
        fmt::format("{} {} of {}.{}, {} since {}\n", painted(Paint::bold, "Execution", color),
                    text_at(answer, "executionId"), text_at(answer, "namespace"), text_at(answer, "flowId"),
                    painted(paint_of(state), state, color), text_at(answer, "since"));
    const Value* waits = answer.find("waits");
    if (waits == nullptr || !waits->is_list() || waits->size() == 0) {
      out += text_at(answer, "summary") + "\n";
    } else {
      for (const Value& wait : waits->items()) {
        out += fmt::format("- {}: {}\n", painted(Paint::cyan, text_at(wait, "for"), color), text_at(wait, "text"));
        const std::string until = text_at(wait, "until");
        out += fmt::format("  since {}{}\n", text_at(wait, "since"), until.empty() ? "" : ", until " + until);
        out += shown_actions(wait.find("actions"), "  ");
      }
      if (const Value* more = answer.find("more"); more != nullptr && more->is_integer() && more->as_integer() > 0) {
        out += fmt::format("  and {} more\n", more->as_integer());
      }
    }
    return out + shown_actions(answer.find("actions"), "");
  }
};

class Get final : public ExecutionCommand {
  std::string method() const override { return "GET"; }
  base::Result<std::string> path_of(const std::string& id) const override { return "executions/" + id; }

  std::string shown(const Value& answer, const Console& console) const override {
    const bool color = console.color(console.out);
    const std::string_view state = state_of(answer);
    std::string out = fmt::format("{} {}.{} {}\n", text_at(answer, "id"), text_at(answer, "namespace"),
                                  text_at(answer, "flowId"), painted(paint_of(state), state, color));
    const Value* runs = answer.find("taskRunList");
    if (runs != nullptr && runs->is_list()) {
      for (const Value& run : runs->items()) {
        const std::string value = text_at(run, "value");
        const std::string_view of_run = state_of(run);
        out += fmt::format("  {} {}{} {}\n", text_at(run, "id"), text_at(run, "taskId"),
                           value.empty() ? "" : "[" + value + "]", painted(paint_of(of_run), of_run, color));
      }
    }
    if (const Value* outputs = answer.find("outputs"); outputs != nullptr && outputs->size() > 0) {
      out += fmt::format("outputs {}\n", printable(syntax::write_json(*outputs)));
    }
    return out;
  }
};

class Kill final : public ExecutionCommand {
  void declare_own(Arguments& arguments) override {
    arguments.flag("--no-cascade", no_cascade_, "do not kill the executions of its Subflow tasks");
  }
  std::string method() const override { return "DELETE"; }
  base::Result<std::string> path_of(const std::string& id) const override {
    return fmt::format("executions/{}/kill?isOnKillCascade={}", id, !no_cascade_);
  }
  bool no_cascade_ = false;
};

/// The query parameter `revision=N`; empty if no revision was given.
base::Result<std::string> revision_query(const std::optional<std::string>& revision) {
  if (!revision) return std::string();
  const bool is_number = !revision->empty() && revision->find_first_not_of("0123456789") == std::string::npos;
  if (!is_number)
    return base::fail(wrong_usage,
                      fmt::format("`{}` is not a valid value for `--revision`: it must be a number", *revision));
  return "revision=" + *revision;
}

class Restart final : public ExecutionCommand {
  void declare_own(Arguments& arguments) override {
    arguments.option("--revision", "N", revision_, "create a new execution with this revision of the flow");
  }
  base::Result<std::string> path_of(const std::string& id) const override {
    GYR_TRY(std::string query, revision_query(revision_));
    return "executions/" + id + "/restart" + (query.empty() ? "" : "?" + query);
  }
  std::optional<std::string> revision_;
};

class Replay final : public ExecutionCommand {
  void declare_own(Arguments& arguments) override {
    arguments.option("--from", "TASK_RUN", from_,
                     "id of the task run to start from; `gyr execution get ID` shows the ids");
    arguments.option("--revision", "N", revision_, "use this revision of the flow");
  }
  base::Result<std::string> path_of(const std::string& id) const override {
    GYR_TRY(std::string query, revision_query(revision_));
    if (from_) {
      if (from_->find_first_of("&#?%/ ") != std::string::npos)
        return base::fail(
            wrong_usage,
            fmt::format("`{}` is not a valid value for `--from`: it must be the id of a task run", *from_));
      query += (query.empty() ? "" : "&") + std::string("taskRunId=") + *from_;
    }
    return "executions/" + id + "/replay" + (query.empty() ? "" : "?" + query);
  }
  std::optional<std::string> from_;
  std::optional<std::string> revision_;
};

class Resume final : public ExecutionCommand {
  base::Result<std::string> path_of(const std::string& id) const override { return "executions/" + id + "/resume"; }
};

class Release final : public ExecutionCommand {
  base::Result<std::string> path_of(const std::string& id) const override { return "executions/" + id + "/release"; }
};

}  // namespace

std::unique_ptr<Command> make_execution_explain() { return std::make_unique<Explain>(); }
std::unique_ptr<Command> make_execution_get() { return std::make_unique<Get>(); }
std::unique_ptr<Command> make_execution_kill() { return std::make_unique<Kill>(); }
std::unique_ptr<Command> make_execution_restart() { return std::make_unique<Restart>(); }
std::unique_ptr<Command> make_execution_replay() { return std::make_unique<Replay>(); }
std::unique_ptr<Command> make_execution_resume() { return std::make_unique<Resume>(); }
std::unique_ptr<Command> make_execution_release() { return std::make_unique<Release>(); }

}  // namespace gyr::cli
