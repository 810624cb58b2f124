#include "engine/flowable/loop_values.h"

#include <fmt/format.h>

#include <map>
#include <unordered_set>

#include "engine/execution_state.h"
#include "engine/step.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::engine {

using base::Value;

namespace {

struct ValueHash {
  size_t operator()(const Value& value) const { return base::hash_of(value); }
};

/// The list behind the rendered property: itself, or the JSON text of one.
base::Result<Value> list_of(const Value& rendered) {
  if (rendered.is_list()) return rendered;
  if (!rendered.is_string()) {
    return base::fail(bad_decision, "Unknown value type: " + expression::to_text(rendered));
  }
  GYR_TRY(Value parsed, syntax::parse_json(rendered.text()));
  if (!parsed.is_list()) {
    return base::fail(bad_decision,
                      fmt::format("a list is needed, or the JSON text of one, not `{}`", rendered.text()));
  }
  return parsed;
}

std::string java_list_text(const Value& list) {
  std::string out = "[";
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ", ";
    const Value& item = list.items()[i];
    out += item.is_null() ? "null" : expression::to_text(item);
  }
  return out + "]";
}

/// Texts of the values, in order, each once: compared as JSON values, so that 1 and "1" are two.
base::Result<Value> distinct_texts(const Value& list) {
  std::unordered_set<Value, ValueHash> seen;
  base::ListBuilder texts;
  bool has_null = false;
  for (const Value& item : list.items()) {
    has_null = has_null || item.is_null();
    if (!seen.insert(item).second) continue;
    texts.push(item.is_string() ? item : Value::string(syntax::write_json(item)));
  }
  if (has_null) {
    return base::fail(bad_decision, "Found '1' null values on Each, with values=" + java_list_text(list));
  }
  return texts.build();
}

void begin(Step& step, RunState& run, const ValueLoop& loop, uint32_t task, uint32_t iteration) {
  step.create_run(task, &run, ListRole::tasks, std::string(loop_value(loop.values, iteration)),
                  static_cast<int32_t>(iteration));
}

}  // namespace

void restore_values(RunState& run, const RunState& parent, std::span<const std::unique_ptr<RunState>> runs) {
  ValueLoop* loop = run.flowable->loop();
  if (loop == nullptr || !loop->values.is_null()) return;
  std::map<int32_t, std::string_view> values;
  for (const auto& child : runs) {
    if (child->parent == &parent && child->run.iteration && child->run.value)
      values.emplace(*child->run.iteration, *child->run.value);
  }
  base::ListBuilder texts;
  for (const auto& [iteration, value] : values) texts.push(Value::string(value));
  loop->values = texts.build();
}

void next_groups(Step& step, RunState& run, int64_t at_once) {
  const TaskList& tasks = step.task(run).branches[0];
  if (tasks.empty() || run.flowable->loop() == nullptr) return;
  ValueLoop& loop = *run.flowable->loop();

  // A group whose last run has ended goes on even in a step that may begin no new one: it has its share already.
  auto ready = std::exchange(loop.ready, {});
  for (size_t i = 0; i < ready.size(); ++i) {
    if (!step.may_begin(&run)) {
      loop.ready.insert(loop.ready.end(), ready.begin() + static_cast<ptrdiff_t>(i), ready.end());
      return;
    }
    auto group = loop.groups.find(ready[i]);
    // One that was opened again by a restart is told ready once more when its run has ended.
    if (group == loop.groups.end() || group->second.terminated < group->second.created) continue;
    begin(step, run, loop, tasks[group->second.created], ready[i]);
  }
  while (loop.next_iteration < loop.values.size()) {
    if (at_once > 0 && loop.groups.size() >= static_cast<uint64_t>(at_once)) return;
    if (!step.may_begin(&run)) return;
    begin(step, run, loop, tasks[0], loop.next_iteration++);
  }
}

base::Result<Decision> LoopOverValues::decide(const CompiledTask&, const base::Value& rendered) const {
  GYR_TRY(Value list, list_of(rendered));
  GYR_TRY(Value values, distinct_texts(list));
  Decision decision{.state = first_state()};
  decision.repeats = values.size();
  value_loop(decision.state)->values = std::move(values);
  return decision;
}

bool LoopOverValues::comes_after(const CompiledTask& task, const RunState& run, const RunState& replayed) const {
  if (run.run.iteration == replayed.run.iteration) return run.position > replayed.position;
  return at_once(task) == 1 && run.run.iteration > replayed.run.iteration;
}

}  // namespace gyr::engine
