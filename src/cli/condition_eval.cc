// `gyr condition eval`: evaluates a condition of a trigger (TRIG-160 to TRIG-180).
#include "base/text.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/data_file.h"
#include "cli/errors.h"
#include "engine/trigger/conditions.h"
#include "model/flow_parser.h"
#include "model/labels.h"
#include "plugin_api/registry.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

/// The execution that a context describes: `{namespace, flowId, state, labels, inputs, outputs, taskRunList}`. All
/// members are optional. By default the flow is `company.team.up` and the state is SUCCESS.
struct DescribedExecution {
  model::Execution execution;
  std::vector<model::TaskRun> task_runs;

  base::Result<void> read(const Value& described, base::Instant now);

 private:
  base::Result<void> read_task_runs(const Value& list, base::Instant now);
};

std::string text_or(const Value& map, std::string_view name, std::string_view otherwise) {
  Value value = member(map, name);
  return std::string(value.is_string() ? value.text() : otherwise);
}

base::Result<model::State> state_of(const Value& value, std::string_view otherwise) {
  Value text = value.is_map() ? member(value, "current") : value;
  std::string name(text.is_string() ? text.text() : otherwise);
  auto state = model::parse_state(name);
  if (!state) return base::fail(bad_batch_line, fmt::format("`{}` is not a state", name));
  return *state;
}

base::Result<void> DescribedExecution::read(const Value& described, base::Instant now) {
  auto key = std::make_shared<model::FlowKey>();
  key->tenant = "main";
  key->namespace_ = text_or(described, "namespace", "company.team");
  key->id = text_or(described, "flowId", "up");
  execution.flow = key;
  GYR_TRY(model::State state, state_of(member(described, "state"), "SUCCESS"));
  execution.state = model::StateHistory(state, now);
  execution.inputs = member(described, "inputs");
  execution.outputs = member(described, "outputs");
  Value labels = member(described, "labels");
  for (const auto& item : labels.is_list() ? labels.items() : std::span<const Value>()) {
    execution.labels.push_back({text_or(item, "key", ""), text_or(item, "value", "")});
  }
  for (const auto& entry : labels.is_map() ? labels.entries() : std::span<const base::MapEntry>()) {
    execution.labels.push_back(
        {std::string(entry.name()), std::string(entry.value.is_string() ? entry.value.text() : "")});
  }
  return read_task_runs(member(described, "taskRunList"), now);
}

base::Result<void> DescribedExecution::read_task_runs(const Value& list, base::Instant now) {
  for (const auto& item : list.is_list() ? list.items() : std::span<const Value>()) {
    model::TaskRun& run = task_runs.emplace_back();
    Value attempts = member(item, "attempts");
    for (const auto& attempt : attempts.is_list() ? attempts.items() : std::span<const Value>()) {
      GYR_TRY(model::State state, state_of(member(attempt, "state"), ""));
      run.attempts.push_back({.state = model::StateHistory(state, now)});
    }
  }
  return {};
}

/// The variables that triggers offer to expressions (TRIG-54, TRIG-179).
Value roots_of(const Value& context, const model::FlowKey& listener, const DescribedExecution* observed) {
  base::MapBuilder roots;
  roots.set("flow", Value::map({{"id", Value::string(listener.id)},
                                {"namespace", Value::string(listener.namespace_)},
                                {"tenantId", Value::string(listener.tenant)},
                                {"revision", Value::narrow_integer(1)}}));
  if (const Value* variables = context.find_path({"flow", "variables"})) roots.set("vars", *variables);
  if (const Value* trigger = context.find("trigger")) {
    roots.set("trigger", *trigger);
    roots.set("schedule", *trigger);
  }
  if (observed == nullptr) return roots.build();
  roots.set("execution", Value::map({{"id", Value::string(text_or(member(context, "execution"), "id", "exe1"))},
                                     {"state", Value::string(model::to_text(observed->execution.state.current()))},
                                     {"startDate", Value::instant(observed->execution.state.started())}}));
  if (observed->execution.inputs.is_map()) roots.set("inputs", observed->execution.inputs);
  if (observed->execution.outputs.is_map()) roots.set("outputs", observed->execution.outputs);
  roots.set("labels", model::nested_labels(observed->execution.labels));
  return roots.build();
}

/// Parses a condition by itself, inside the smallest flow that can have it.
base::Result<std::shared_ptr<const model::Flow>> flow_with(const Value& condition, const plugin::Registry& registry) {
  std::string text = fmt::format(
      "id: listener\nnamespace: company.team\ntasks:\n  - {{id: none, type: io.kestra.plugin.core.log.Log, message: "
      "none}}\n"
      "triggers:\n  - {{id: condition, type: io.kestra.plugin.core.trigger.Flow, conditions: [{}]}}\n",
      syntax::write_json(condition));
  model::ParsedFlow parsed = model::parse_flow(text, registry);
  if (!parsed.ok()) return base::fail(bad_batch_line, parsed.first_problem()->title());
  return parsed.flow;
}

base::Result<bool> judge(const Value& condition, const Value& context, const plugin::Registry& registry,
                         base::Instant now) {
  GYR_TRY(auto flow, flow_with(condition, registry));
  model::FlowKey listener{"main", "company.team", "listener"};
  std::optional<DescribedExecution> observed;
  if (const Value* described = context.find("execution")) {
    GYR_CHECK(observed.emplace().read(*described, now));
  }
  expression::ValueContext names(roots_of(context, listener, observed ? &*observed : nullptr));
  expression::Environment environment;
  environment.now = now;
  environment.random_seed = base::secure_random();
  engine::ConditionSubject subject{.names = names, .environment = environment, .listener = &listener};
  if (observed) {
    subject.observed.execution = &observed->execution;
    for (const auto& run : observed->task_runs) subject.observed.task_runs.push_back(&run);
  }
  auto outcome = engine::holds(flow->triggers.front().conditions.front(), subject);
  if (outcome.failed()) return base::fail(outcome.error());
  if (outcome.asks_host()) return base::fail(no_server, "the expression needs a server");
  return outcome.value().as_boolean();
}

class ConditionEvalCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.optional_positional("CONDITION", condition_,
                                  "file with the condition in YAML or JSON; `-` reads standard input");
    arguments.option("--context", "FILE", context_,
                     "file with the context: {trigger: {date}, flow: {variables}, execution: {state, labels, …}}");
    arguments.option("--batch", "FILE", batch_,
                     "evaluate JSON lines {\"id\", \"condition\", \"context\"}; `-` reads standard input");
    arguments.flag("--json", json_, "print {\"ok\", \"value\", \"error\"}");
  }

  int run(Session& session) override {
    const auto& registry = session.program.registry();
    if (batch_) {
      if (condition_ || context_) {
        return session.fail(base::Error(wrong_usage, "cannot combine `--batch` with CONDITION or `--context`")
                                .with_hint("put the condition and the context in each line of the batch"));
      }
      return run_batch(session, *batch_, [&](const base::Result<Value>& line) {
        auto truth = line ? judge_line(*line, registry, session.clock.now()) : base::fail(line.error());
        return answer(line ? member(*line, "id") : Value(), truth, true);
      });
    }
    if (!condition_)
      return session.fail(base::Error(wrong_usage, "CONDITION is missing")
                              .with_hint("for example: gyr condition eval weekend.yaml --context date.yaml"));
    auto condition = read_map(*condition_, "the condition", session.console);
    if (!condition) return session.fail(condition.error());
    auto context = context_ ? read_map(*context_, "the context", session.console) : Value::empty_map();
    if (!context) return session.fail(context.error());
    auto truth = judge(*condition, *context, registry, session.clock.now());
    if (json_) {
      session.console.out.write(syntax::write_json(answer(Value(), truth, false)) + '\n');
      return truth ? exit_ok : exit_failed;
    }
    if (!truth) return session.fail(truth.error());
    session.console.out.write(*truth ? "true\n" : "false\n");
    return exit_ok;
  }

 private:
  static base::Result<bool> judge_line(const Value& line, const plugin::Registry& registry, base::Instant now) {
    Value condition = member(line, "condition"), context = member(line, "context");
    if (!condition.is_map()) return base::fail(bad_batch_line, "`condition` is missing or is not an object");
    if (context.is_null()) context = Value::empty_map();
    if (!context.is_map()) return base::fail(bad_batch_line, "`context` is not an object");
    return judge(condition, context, registry, now);
  }

  static Value answer(const Value& id, const base::Result<bool>& truth, bool with_id) {
    base::MapBuilder out;
    if (with_id) out.set("id", id);
    out.set("ok", Value::boolean(truth.has_value()));
    out.set("value", truth ? Value::boolean(*truth) : Value());
    out.set("error", truth ? Value() : Value::string(truth.error().message()));
    return out.build();
  }

  std::optional<std::string> condition_, context_, batch_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_condition_eval() { return std::make_unique<ConditionEvalCommand>(); }

}  // namespace gyr::cli
