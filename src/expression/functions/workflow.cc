// Functions over the runs of an execution (EXPR-290 to EXPR-294).
#include <fmt/format.h>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/functions/host.h"
#include "expression/numbers.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

using base::Value;

/// The loop values of all ancestors, outermost first; those without a value are left out.
bool ancestor_values(Invocation& call, std::vector<Value>& values) {
  Operand parents = call.evaluator().value_at({"parents"}, call.offset());
  if (parents.is_failed()) return false;
  if (!parents.is_list()) return true;
  auto items = parents.value().items();
  for (size_t i = items.size(); i-- > 0;) {
    const Value* value = items[i].find_path({"taskrun", "value"});
    if (value != nullptr && !value->is_null()) values.push_back(*value);
  }
  return true;
}

Operand current_each_output(Invocation& call) {
  Operand outputs = call.size() > 0 ? call.operand(0) : Operand();
  if (!outputs.is_lazy() && !outputs.is_map()) {
    return call.fail("The 'currentEachOutput' function expects an argument 'outputs' with type map.");
  }
  std::vector<Value> values;
  if (!ancestor_values(call, values)) return Operand::failed();
  Operand own = call.evaluator().value_at({"taskrun", "value"}, call.offset());
  if (own.is_failed()) return own;
  if (!own.is_null()) values.push_back(own.value());
  for (const Value& value : values) {
    if (!outputs.is_lazy() && !outputs.is_map()) return Value();
    outputs = call.evaluator().member(std::move(outputs), Value::string(java_text(value)), 0);
    if (outputs.is_undefined()) return Value();
    if (outputs.is_failed()) return outputs;
  }
  return outputs;
}

Operand error_logs(Invocation& call) { return ask_with_arguments(call, "errorLogs"); }

void add_task(base::ListBuilder& list, const Value& task, const Value& state, const Value* value) {
  base::MapBuilder entry;
  entry.set("taskId", task);
  entry.set("state", state);
  if (value != nullptr) entry.set("value", *value);
  list.push(entry.build());
}

/// `{state: X}` of a task, or of its iterations by value at any depth.
void collect_states(base::ListBuilder& list, const Value& task, const Value& runs, const Value* value,
                    std::string_view wanted) {
  const Value* state = runs.find("state");
  if (state != nullptr && state->is_string()) {
    if (base::equals_ignoring_case(state->text(), wanted)) add_task(list, task, *state, value);
    return;
  }
  if (!runs.is_map()) return;
  for (const auto& entry : runs.entries()) collect_states(list, task, entry.value, &entry.key, wanted);
}

Operand tasks_with_state(Invocation& call) {
  std::string wanted = call.text_of(call.argument(0));
  Operand tasks = call.evaluator().value_at({"tasks"}, call.offset());
  if (tasks.is_failed()) return tasks;
  base::ListBuilder list;
  if (tasks.is_map()) {
    for (const auto& entry : tasks.value().entries()) collect_states(list, entry.key, entry.value, nullptr, wanted);
  }
  return call.list(list);
}

/// One output of every iteration of a Loop; null where an iteration has none, so that places agree.
Operand loop_outputs(Invocation& call) {
  const Value& all = call.argument(0);
  if (!all.is_list()) return call.fail("The 'loopOutputs' function expects an argument 'outputs' with type list.");
  if (call.argument(1).is_null()) return call.fail("The 'loopOutputs' function expects an argument 'key'.");
  const std::string key = call.text_of(call.argument(1));
  base::ListBuilder list;
  for (const Value& iteration : all.items()) {
    const Value* outputs = iteration.find("outputs");
    const Value* output = outputs == nullptr ? nullptr : outputs->find(key);
    list.push(output == nullptr ? Value() : *output);
  }
  return call.list(list);
}

/// EXPR-293: a task id, or the outputs of that task.
Operand iteration_output(Invocation& call) {
  Operand current = call.evaluator().value_at({"taskrun", "iteration"}, call.offset());
  if (current.is_failed()) return current;
  auto at = integer_part(current.value());
  if (!at) return call.fail("The 'iterationOutput' function should be used inside iterative tasks only.");
  auto wanted = call.given(1) ? integer_part(call.argument(1)) : std::optional<int64_t>(*at - 1);
  if (!wanted) return call.fail("The 'iterationOutput' function expects a number as argument 'iteration'.");
  if (*wanted < 0 && !call.given(1)) {
    return call.fail(fmt::format("Cannot fetch iteration {}: no previous iteration exists.", *wanted));
  }
  if (*wanted < 0 || *wanted > *at) {
    return call.fail(
        fmt::format("The provided index ({}) is out of range. It must be between 0 and {}.", *wanted, *at));
  }
  Operand outputs = call.size() > 0 && call.passed(0) ? call.operand(0) : Operand();
  if (!outputs.is_lazy() && !outputs.is_map()) {
    Operand task = outputs.is_null() ? call.evaluator().value_at({"task", "id"}, call.offset()) : outputs;
    if (task.is_failed()) return task;
    if (!task.is_string()) return call.fail("The 'iterationOutput' function expects a task id as argument 'taskId'.");
    Operand all = call.evaluator().variable(Value::string("outputs"), 0);
    outputs = call.evaluator().member(std::move(all), task.value(), 0);
  }
  if (outputs.is_usable())
    outputs = call.evaluator().member(std::move(outputs), Value::string(fmt::format("{}", *wanted)), 0);
  if (outputs.is_usable()) outputs = call.evaluator().member(std::move(outputs), Value::string("value"), 0);
  return outputs.is_undefined() ? Operand() : outputs;
}

/// EXPR-294: parents are nearest first; the argument counts from the outermost.
Operand parent_output(Invocation& call) {
  Operand nearest = call.evaluator().value_at({"parent"}, call.offset());
  Operand all = call.evaluator().value_at({"parents"}, call.offset());
  if (nearest.is_failed() || all.is_failed()) return Operand::failed();
  std::vector<Value> outermost_first;
  if (all.is_list()) outermost_first.assign(all.value().items().rbegin(), all.value().items().rend());
  if (outermost_first.empty() && nearest.is_map()) outermost_first.push_back(nearest.value());
  size_t wanted = outermost_first.empty() ? 0 : outermost_first.size() - 1;
  auto index = call.given(0) ? integer_part(call.argument(0)) : std::optional<int64_t>(static_cast<int64_t>(wanted));
  if (!index || *index < 0 || *index >= static_cast<int64_t>(outermost_first.size())) {
    return call.fail(fmt::format("Invalid index: {} for parents size: {}", index.value_or(-1), outermost_first.size()));
  }
  const Value* task = outermost_first[static_cast<size_t>(*index)].find_path({"task", "id"});
  if (task == nullptr || !task->is_string()) return call.fail("the parent has no task id");
  Operand outputs = call.evaluator().variable(Value::string("outputs"), 0);
  outputs = call.evaluator().member(std::move(outputs), *task, 0);
  // Loops nest their outputs by the values of their ancestors, and their own last.
  for (size_t i = 0; i <= static_cast<size_t>(*index) && outputs.is_usable(); ++i) {
    const Value* value = outermost_first[i].find_path({"taskrun", "value"});
    if (value == nullptr || value->is_null()) continue;
    Operand deeper = call.evaluator().member(outputs, Value::string(java_text(*value)), 0);
    if (deeper.is_failed()) return deeper;
    if (deeper.is_usable()) outputs = std::move(deeper);
  }
  return outputs.is_undefined() ? Operand() : outputs;
}

constexpr Parameter each_parameters[] = {
    {.name = "outputs", .required = "The 'currentEachOutput' function expects an argument 'outputs' with type map."}};
constexpr Parameter state_parameters[] = {
    {.name = "state", .required = "The 'tasksWithState' function expects an argument 'state'."}};
constexpr Parameter loop_parameters[] = {
    {.name = "outputs", .required = "The 'loopOutputs' function expects an argument 'outputs'."},
    {.name = "key", .required = "The 'loopOutputs' function expects an argument 'key'."}};
constexpr Parameter iteration_parameters[] = {{.name = "taskId"}, {.name = "iteration"}};
constexpr Parameter parent_parameters[] = {{.name = "index"}};
constexpr std::string_view each_reads[] = {"taskrun", "parents"};
constexpr std::string_view state_reads[] = {"tasks"};
constexpr std::string_view iteration_reads[] = {"taskrun", "task", "outputs"};
constexpr std::string_view parent_reads[] = {"parent", "parents", "outputs"};

constexpr Entry workflow_entries[] = {
    {.name = "currentEachOutput",
     .run = current_each_output,
     .parameters = each_parameters,
     .traits = takes_lazy,
     .summary = "outputs of a task in the current iteration of the enclosing loops",
     .example = "{{ currentEachOutput(outputs.each).value }}",
     .reads = each_reads},
    {.name = "errorLogs",
     .run = error_logs,
     .traits = asks_host,
     .summary = "the error lines in the log of this execution",
     .example = "{{ errorLogs()[0].message }}"},
    {.name = "iterationOutput",
     .run = iteration_output,
     .parameters = iteration_parameters,
     .traits = takes_lazy | addition,
     .summary = "the output of another iteration of an iterative task",
     .example = "{{ iterationOutput() }}",
     .reads = iteration_reads},
    {.name = "loopOutputs",
     .run = loop_outputs,
     .parameters = loop_parameters,
     .traits = addition,
     .summary = "one output of every iteration of a Loop, as a list",
     .example = "{{ loopOutputs([{'outputs': {'said': 'Hello'} }, {'item': 1}], 'said') }}",
     .result = R"(["Hello",null])"},
    {.name = "parentOutput",
     .run = parent_output,
     .parameters = parent_parameters,
     .traits = addition,
     .summary = "the outputs of the parent task",
     .example = "{{ parentOutput().value }}",
     .reads = parent_reads},
    {.name = "tasksWithState",
     .run = tasks_with_state,
     .parameters = state_parameters,
     .summary = "the tasks of this execution that are in a state",
     .example = R"({{ tasksWithState("FAILED") }})",
     .reads = state_reads},
};

}  // namespace

std::span<const Entry> workflow_functions() { return workflow_entries; }

}  // namespace gyr::expression
