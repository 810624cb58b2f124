// `gyr trigger …`: shows and changes triggers on a server (CLI-3; principle: explains itself).
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

bool flag_at(const Value& map, std::string_view key) {
  const Value* value = map.is_map() ? map.find(key) : nullptr;
  return value != nullptr && value->is_boolean() && value->as_boolean();
}

bool fits_a_path(const std::optional<std::string>& name) {
  return name && !name->empty() && name->find_first_of("/?#%& ") == std::string::npos;
}

/// The parts that all these commands share: the flow, `--json` and the options for the server. Most also have the
/// trigger.
class TriggerCommand : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("NAMESPACE", namespace_, "namespace of the flow");
    arguments.positional("FLOW", flow_, "id of the flow");
    if (names_trigger()) arguments.positional("TRIGGER", trigger_, "id of the trigger");
    declare_own(arguments);
    arguments.flag("--json", json_, "print JSON");
    client_.declare(arguments);
  }

  int run(Session& session) override {
    if (!fits_a_path(namespace_) || !fits_a_path(flow_) || (names_trigger() && !fits_a_path(trigger_))) {
      return session.fail(base::Error(wrong_usage, names_trigger() ? "NAMESPACE, FLOW and TRIGGER are required"
                                                                   : "NAMESPACE and FLOW are required")
                              .with_hint("`gyr trigger list NAMESPACE FLOW` lists the triggers of a flow"));
    }
    auto call = call_of();
    if (!call) return session.fail(call.error());
    auto answer = client_.call(call->method, call->path, call->body);
    if (!answer) return session.fail(answer.error());
    session.console.out.write(json_ ? syntax::write_json(*answer) + "\n" : shown(*answer, session.console));
    return exit_ok;
  }

 protected:
  /// A call to the server.
  struct Call {
    std::string method;
    std::string path;
    Value body = {};
  };
  virtual bool names_trigger() const { return true; }
  virtual void declare_own(Arguments&) {}
  virtual base::Result<Call> call_of() const = 0;
  virtual std::string shown(const Value& answer, const Console& console) const { return line_of(answer, console); }

  static std::string line_of(const Value& row, const Console& console) {
    const bool color = console.color(console.out);
    const std::string next = text_at(row, "nextEvaluationDate");
    std::string out =
        fmt::format("{} {}", text_at(row, "triggerId"), next.empty() ? "has no next date" : "next " + next);
    if (flag_at(row, "disabled")) out += ", " + painted(Paint::yellow, "disabled", color);
    if (const std::string id = text_at(row, "executionId"); !id.empty())
      out += fmt::format(", waiting for execution {}", id);
    if (const Value* backfill = row.find("backfill"); backfill != nullptr && backfill->is_map()) {
      out += fmt::format(", backfill at {} until {}{}", text_at(*backfill, "currentDate"), text_at(*backfill, "end"),
                         flag_at(*backfill, "paused") ? " " + painted(Paint::yellow, "paused", color) : "");
    }
    return out + "\n";
  }

  std::string of_flow() const { return fmt::format("triggers/{}/{}", *namespace_, *flow_); }
  std::string of_trigger(std::string_view action) const {
    return fmt::format("{}/{}/{}", of_flow(), *trigger_, action);
  }
  base::MapBuilder name() const {
    base::MapBuilder map;
    map.set("namespace", Value::string(*namespace_));
    map.set("flowId", Value::string(*flow_));
    map.set("triggerId", Value::string(*trigger_));
    return map;
  }

 private:
  std::optional<std::string> namespace_, flow_, trigger_;
  bool json_ = false;
  ApiClient client_;
};

class List final : public TriggerCommand {
  bool names_trigger() const override { return false; }
  base::Result<Call> call_of() const override { return Call{"GET", of_flow() + "?size=1000"}; }
  std::string shown(const Value& answer, const Console& console) const override {
    const Value* rows = answer.find("results");
    if (rows == nullptr || !rows->is_list() || rows->size() == 0) return "no triggers with dates\n";
    std::string out;
    for (const Value& row : rows->items()) out += line_of(row, console);
    return out;
  }
};

class Explain final : public TriggerCommand {
  base::Result<Call> call_of() const override { return Call{"GET", of_trigger("explain")}; }
  std::string shown(const Value& answer, const Console& console) const override {
    const bool color = console.color(console.out);
    std::string out =
        fmt::format("{} {} of {}.{}: {}\n", painted(Paint::bold, "Trigger", color), text_at(answer, "triggerId"),
                    text_at(answer, "namespace"), text_at(answer, "flowId"), text_at(answer, "summary"));
    if (const Value* waits = answer.find("waits"); waits != nullptr && waits->is_list()) {
      for (const Value& wait : waits->items()) {
        out += fmt::format("- {}: {}\n", painted(Paint::cyan, text_at(wait, "for"), color), text_at(wait, "text"));
        const Value* actions = wait.find("actions");
        if (actions == nullptr || !actions->is_list()) continue;
        for (const Value& action : actions->items()) {
          const std::string command = text_at(action, "command");
          out += command.empty() ? fmt::format("  {}\n", text_at(action, "text"))
                                 : fmt::format("  {}    ({})\n", command, text_at(action, "text"));
        }
      }
    }
    if (const Value* log = answer.find("log"); log != nullptr && log->is_list()) {
      for (const Value& line : log->items())
        out += fmt::format("{} {} {}\n", text_at(line, "timestamp"), text_at(line, "level"), text_at(line, "message"));
    }
    return out;
  }
};

class Switch final : public TriggerCommand {
 public:
  explicit Switch(bool disabled) : disabled_(disabled) {}

 private:
  void declare_own(Arguments& arguments) override {
    if (!disabled_)
      arguments.option("--recover", "POLICY", recover_,
                       "which missed dates run: ALL, LAST or NONE (default: that of the trigger)");
  }
  base::Result<Call> call_of() const override {
    base::MapBuilder body = name();
    body.set("disabled", Value::boolean(disabled_));
    if (recover_) body.set("recoverMissedSchedules", Value::string(*recover_));
    return Call{"PUT", "triggers/set-disabled", body.build()};
  }
  bool disabled_;
  std::optional<std::string> recover_;
};

class Unlock final : public TriggerCommand {
  base::Result<Call> call_of() const override { return Call{"POST", of_trigger("unlock")}; }
};

class Backfill final : public TriggerCommand {
  void declare_own(Arguments& arguments) override {
    arguments.option("--start", "DATE", start_, "first date of the period, such as 2024-01-01T00:00:00Z");
    arguments.option("--end", "DATE", end_, "last date of the period (default: now)");
    arguments.list("--inputs", "NAME=VALUE", inputs_, "inputs of the executions");
    arguments.list("--labels", "KEY:VALUE", labels_, "labels of the executions");
    arguments.flag("--pause", pause_, "pause the backfill");
    arguments.flag("--resume", resume_, "resume the backfill");
    arguments.flag("--delete", delete_, "delete the backfill");
  }
  base::Result<Call> call_of() const override {
    const int wanted = (start_ ? 1 : 0) + (pause_ ? 1 : 0) + (resume_ ? 1 : 0) + (delete_ ? 1 : 0);
    if (wanted != 1)
      return base::fail(wrong_usage, "exactly one of `--start`, `--pause`, `--resume` and `--delete` is required");
    base::MapBuilder body = name();
    if (pause_) return Call{"PUT", "triggers/backfill/pause", body.build()};
    if (resume_) return Call{"PUT", "triggers/backfill/unpause", body.build()};
    if (delete_) return Call{"POST", "triggers/backfill/delete", body.build()};
    base::MapBuilder backfill;
    backfill.set("start", Value::string(*start_));
    if (end_) backfill.set("end", Value::string(*end_));
    GYR_TRY(Value inputs, pairs(inputs_, '=', "--inputs"));
    GYR_TRY(Value labels, pairs(labels_, ':', "--labels"));
    if (inputs.size() > 0) backfill.set("inputs", inputs);
    if (labels.size() > 0) backfill.set("labels", labels);
    body.set("backfill", backfill.build());
    return Call{"PUT", "triggers/backfill/create", body.build()};
  }
  static base::Result<Value> pairs(const std::vector<std::string>& texts, char between, std::string_view option) {
    base::MapBuilder map;
    for (const std::string& text : texts) {
      const size_t at = text.find(between);
      if (at == std::string::npos || at == 0)
        return base::fail(
            wrong_usage,
            fmt::format("`{}` is not a valid value for `{}`: it must be a name and a value, joined by `{}`", text,
                        option, between));
      map.set(text.substr(0, at), Value::string(text.substr(at + 1)));
    }
    return map.build();
  }

  std::optional<std::string> start_, end_;
  std::vector<std::string> inputs_, labels_;
  bool pause_ = false, resume_ = false, delete_ = false;
};

}  // namespace

std::unique_ptr<Command> make_trigger_list() { return std::make_unique<List>(); }
std::unique_ptr<Command> make_trigger_explain() { return std::make_unique<Explain>(); }
std::unique_ptr<Command> make_trigger_enable() { return std::make_unique<Switch>(false); }
std::unique_ptr<Command> make_trigger_disable() { return std::make_unique<Switch>(true); }
std::unique_ptr<Command> make_trigger_unlock() { return std::make_unique<Unlock>(); }
std::unique_ptr<Command> make_trigger_backfill() { return std::make_unique<Backfill>(); }

}  // namespace gyr::cli
