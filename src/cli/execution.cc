// `gyr execution …`: shows and changes executions on a server (CLI-3; principle: explains itself).
#include <fmt/format.h>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/execution_choice.h"
#include "cli/listing.h"
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
    if (auto checked = check_execution_id(id_.value_or("")); !checked) return session.fail(checked.error());
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
    return fmt::format("{} {}\n", text_at(answer, "id"),
                       painted(paint_of_state(state), state, console.color(console.out)));
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
                    painted(paint_of_state(state), state, color), text_at(answer, "since"));
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
                                  text_at(answer, "flowId"), painted(paint_of_state(state), state, color));
    const Value* runs = answer.find("taskRunList");
    if (runs != nullptr && runs->is_list()) {
      for (const Value& run : runs->items()) {
        const std::string value = text_at(run, "value");
        const std::string_view of_run = state_of(run);
        out += fmt::format("  {} {}{} {}\n", text_at(run, "id"), text_at(run, "taskId"),
                           value.empty() ? "" : "[" + value + "]", painted(paint_of_state(of_run), of_run, color));
      }
    }
    if (const Value* outputs = answer.find("outputs"); outputs != nullptr && outputs->size() > 0) {
      out += fmt::format("outputs {}\n", printable(syntax::write_json(*outputs)));
    }
    return out;
  }
};

class Release final : public ExecutionCommand {
  base::Result<std::string> path_of(const std::string& id) const override { return "executions/" + id + "/release"; }
};

}  // namespace

std::unique_ptr<Command> make_execution_explain() { return std::make_unique<Explain>(); }
std::unique_ptr<Command> make_execution_get() { return std::make_unique<Get>(); }
std::unique_ptr<Command> make_execution_release() { return std::make_unique<Release>(); }

}  // namespace gyr::cli
