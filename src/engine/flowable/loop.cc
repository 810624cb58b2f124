// Loop: the same tasks for every value, each iteration by itself (the successor of ForEach in the next major release).
// The runs of an iteration stand below a run of the task `<id>.iteration`, which the type makes: it has the value,
// handles errors, and ends with the iteration's outputs.
#include <fmt/format.h>

#include <algorithm>

#include "engine/context.h"
#include "engine/execution_state.h"
#include "engine/flowable/lists.h"
#include "engine/flowable/loop_values.h"
#include "engine/flowable/made_task.h"
#include "engine/flowable/types.h"
#include "engine/lifecycle/lifecycle.h"
#include "engine/step.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "model/output.h"
#include "syntax/ion.h"
#include "syntax/json.h"

namespace gyr::engine {

/// Where the outputs of the iterations go.
enum class LoopFetch : uint8_t { automatic, fetch, store };

}  // namespace gyr::engine

namespace gyr::model {

template <>
struct EnumNames<engine::LoopFetch> {
  static std::string_view type_name() { return "io.kestra.plugin.core.flow.Loop$FetchType"; }
  static std::span<const std::pair<std::string_view, engine::LoopFetch>> names() {
    static constexpr std::pair<std::string_view, engine::LoopFetch> all[] = {{"AUTO", engine::LoopFetch::automatic},
                                                                             {"FETCH", engine::LoopFetch::fetch},
                                                                             {"STORE", engine::LoopFetch::store}};
    return all;
  }
};

}  // namespace gyr::model

namespace gyr::engine {
namespace {

using base::Value;
using model::State;

constexpr std::string_view loop_type = "io.kestra.plugin.core.flow.Loop";
constexpr std::string_view iteration_type = "io.kestra.plugin.core.flow.Loop$Iteration";
constexpr std::string_view outputs_type = "io.kestra.plugin.core.flow.Loop$Outputs";

/// An output of every iteration: as that of a flow, but text where no type is given.
struct LoopOutput : model::FlowOutput {
  static const model::Schema& schema() {
    static const model::Schema schema =
        model::describe<LoopOutput>("io.kestra.plugin.core.flow.Loop-Output")
            .property("id", &LoopOutput::id,
                      {.title = "Name of the output",
                       .required = true,
                       .not_blank = true,
                       .pattern = "^[a-zA-Z0-9][.a-zA-Z0-9_-]*"})
            .property("type", &LoopOutput::type,
                      {.title = "Type of the output", .default_value = Value::string("STRING")})
            .property("value", &LoopOutput::value,
                      {.title = "Value of the output",
                       .documentation = "It is rendered when the iteration has ended.",
                       .required = true})
            .property("description", &LoopOutput::description, {.title = "Description of the output, in Markdown"})
            .property("displayName", &LoopOutput::display_name,
                      {.title = "Display name", .documentation = "The user interface shows it instead of the id."})
            .property("required", &LoopOutput::required,
                      {.title = "Whether a missing value is an error", .default_value = Value::boolean(true)})
            .build();
    return schema;
  }
};

struct LoopProperties {
  model::Dynamic<Value> values;
  int64_t concurrency_limit = 1;
  bool transmit_failed = true;
  LoopFetch fetch_type = LoopFetch::automatic;
  model::Dynamic<std::string> break_when;
  std::vector<LoopOutput> outputs;
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

const LoopProperties& properties_of(const CompiledTask& loop) { return loop.spec->properties<LoopProperties>(); }

/// A loop whose outputs may have to go to a file has the task that writes them as the first of its `finally`.
bool may_store(const LoopProperties& properties) {
  if (properties.outputs.empty() || properties.fetch_type == LoopFetch::fetch) return false;
  return properties.fetch_type == LoopFetch::store || properties.values.source().is_string();
}

/// Whether a rendered `values` is the address of a file with a value in each line.
bool is_file_address(const Value& rendered) {
  if (!rendered.is_string()) return false;
  return std::ranges::any_of(std::to_array<std::string_view>({"kestra://", "nsfile://", "file://"}),
                             [text = rendered.text()](std::string_view scheme) { return text.starts_with(scheme); });
}

base::Result<Value> text_of_value(const Value& value) {
  if (value.is_null()) return base::fail(bad_decision, "Found a null value inside the iteration values");
  return value.is_string() ? value : Value::string(syntax::write_json(value));
}

/// The texts of the values: a list of them, or a map where the values have keys.
base::Result<Value> texts_of(const Value& values) {
  if (values.is_map()) {
    base::MapBuilder texts;
    for (const auto& entry : values.entries()) {
      GYR_TRY(Value text, text_of_value(entry.value));
      texts.set(entry.key, std::move(text));
    }
    return texts.build();
  }
  base::ListBuilder texts;
  for (const Value& item : values.items()) {
    GYR_TRY(Value text, text_of_value(item));
    texts.push(std::move(text));
  }
  return texts.build();
}

base::Result<Decision> decide_on(const Value& values, bool from_file) {
  LoopState loop;
  loop.values_from_file = from_file;
  GYR_TRY(loop.values, texts_of(values));
  const auto count = static_cast<int32_t>(loop.values.size());
  Decision decision{.outputs = Value::map({{"iterationCount", Value::narrow_integer(count)}})};
  decision.repeats = loop.values.size();
  decision.state = std::move(loop);
  return decision;
}

class Loop final : public LoopOverValues {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<LoopProperties>(loop_type)
        .title("Runs tasks for each value, with separate outputs for each iteration")
        .documentation(
            "`item.value` is the current value. It is always a string: use `fromJson(item.value)` for maps and lists. "
            "`item.index` is the index of the iteration, starting with 0. `item.key` is the key if `values` is a map. "
            "`item.parent` is the item of the enclosing loop. `item.parents` lists the items of all enclosing loops, "
            "starting with the nearest. Duplicate values are separate iterations. Tasks read the outputs of their own "
            "iteration as `outputs.task`. Other tasks read only what `outputs` declares. Each iteration is a run of "
            "the task `<id>.iteration`. The `errors` tasks run in the iteration that failed; the `finally` tasks run "
            "once, after all iterations.")
        .trait(plugin::Trait::flowable)
        .property(
            "values", &LoopProperties::values,
            {.title = "Values of the loop",
             .documentation =
                 "A list, a map, the JSON text of either, or the URI of a file with one JSON or Ion value per line.",
             .required = true})
        .property("tasks", &LoopProperties::tasks,
                  {.title = "Tasks to run for each value",
                   .required = true,
                   .not_empty = true,
                   .empty_message = "The 'tasks' property cannot be empty"})
        .property("concurrencyLimit", &LoopProperties::concurrency_limit,
                  {.title = "Maximum number of concurrent iterations",
                   .documentation = "The value `0` means no limit.",
                   .default_value = Value::narrow_integer(1),
                   .minimum = 0})
        .property(
            "transmitFailed", &LoopProperties::transmit_failed,
            {.title = "Whether a failed iteration ends and fails the loop", .default_value = Value::boolean(true)})
        .property("breakWhen", &LoopProperties::break_when,
                  {.title = "Condition that ends the loop",
                   .documentation =
                       "It is evaluated after each successful iteration. If it is true, no further iteration starts."})
        .property("outputs", &LoopProperties::outputs,
                  {.title = "Outputs of each iteration",
                   .documentation = "They are rendered when the iteration has ended successfully."})
        .property("fetchType", &LoopProperties::fetch_type,
                  {.title = "Destination of the outputs",
                   .documentation =
                       "`FETCH` stores them in `outputs.<id>.outputs`. `STORE` writes them to a file with one "
                       "iteration per line; `outputs.<id>.uri` is its URI. `AUTO` writes a file if `values` is a file.",
                   .default_value = Value::string("AUTO")})
        .with([](auto& builder) { describe_lists(builder); })
        .output("iterationCount", {.type = model::ValueType::integer, .title = "Number of iterations"})
        .output("runningIterations", {.type = model::ValueType::integer,
                                      .title = "Number of iterations that were still running when the loop ended"})
        .output("terminatedIterations",
                {.type = model::ValueType::integer, .title = "Number of iterations that had ended when the loop ended"})
        .output("outputs",
                {.type = model::ValueType::list, .title = "Item (value, iteration, key) and outputs of each iteration"})
        .output("uri", {.type = model::ValueType::uri,
                        .title = "URI of the file with the outputs, if they are stored in a file"})
        .example("Greets three people, two at a time, and logs the results", R"(id: greetings
namespace: company.team
tasks:
  - id: people
    type: io.kestra.plugin.core.flow.Loop
    values: ["Ada", "Grace", "Edsger"]
    concurrencyLimit: 2
    outputs:
      - {id: said, type: STRING, value: "{{ outputs.greet.value }}"}
    tasks:
      - id: greet
        type: io.kestra.plugin.core.debug.Return
        format: "Hello {{ item.value }}"
  - id: all
    type: io.kestra.plugin.core.log.Log
    message: "{{ loopOutputs(outputs.people.outputs, 'said') }}"
)",
                 true)
        .build();
  }

  /// The author's tasks and `errors` stand below the iterations.
  ChildLists lists(const model::TaskSpec& spec) const override {
    return {{}, nullptr, &spec.properties<LoopProperties>().finals};
  }
  std::vector<MadeTask> made_tasks(const model::TaskSpec& spec) const override {
    return {made_task(spec, ".iteration", iteration_type, {})};
  }
  std::vector<MadeTask> made_finals(const model::TaskSpec& spec) const override {
    if (!may_store(spec.properties<LoopProperties>())) return {};
    return {made_task(spec, ".outputs", outputs_type, {})};
  }

  FlowableDetail first_state() const override { return LoopState{}; }
  bool isolates() const override { return true; }
  bool forgives(const model::TaskSpec& spec) const override {
    return !spec.properties<LoopProperties>().transmit_failed;
  }

  std::optional<Value> decision(const model::TaskSpec& spec) const override {
    return spec.properties<LoopProperties>().values.source();
  }

  std::optional<Question> second_question(const Value& rendered) const override {
    if (!is_file_address(rendered)) return std::nullopt;
    return Question{expression::ValueTemplate(Value::string("{{ read(taskrun.file) }}")),
                    Value::map({{"file", rendered}})};
  }

  base::Result<Decision> decide(const CompiledTask&, const Value& rendered) const override {
    if (rendered.is_list() || rendered.is_map()) return decide_on(rendered, false);
    if (!rendered.is_string()) return base::fail(bad_decision, "Unknown value type: " + expression::to_text(rendered));
    GYR_TRY(Value parsed, syntax::parse_json(rendered.text()));
    if (!parsed.is_list() && !parsed.is_map()) {
      return base::fail(bad_decision,
                        fmt::format("a list or a map is needed, or the JSON text of one, not `{}`", rendered.text()));
    }
    return decide_on(parsed, false);
  }

  base::Result<Decision> decide_further(const CompiledTask&, const Value& answer) const override {
    const std::string text = expression::to_text(answer);
    base::ListBuilder values;
    syntax::IonReader lines(text);
    for (;;) {
      auto value = lines.next();
      if (!value) return base::fail(bad_decision, "the file of the values cannot be read: " + value.error().message());
      if (!*value) break;
      values.push(**std::move(value));
    }
    return decide_on(values.build(), true);
  }

  /// What the iterations render when they have ended: `breakWhen`, then the outputs.
  std::vector<Value> later(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<LoopProperties>();
    std::vector<Value> later = {properties.break_when.is_set() ? properties.break_when.source() : Value()};
    for (const LoopOutput& output : properties.outputs) later.push_back(output.value.source());
    return later;
  }

  void next(Step& step, RunState& run) const override {
    const size_t values = run.flowable->as<LoopState>().values.size();
    if (run.flowable->frame.total_of(ListRole::tasks) < values) return;  // an iteration has ended it
    next_groups(step, run, at_once(step.task(run)));
  }

  void tasks_ended(Step& step, RunState& run) const override {
    const LoopProperties& properties = properties_of(step.task(run));
    FlowableState& loop = *run.flowable;
    const bool to_file =
        may_store(properties) && (properties.fetch_type == LoopFetch::store || loop.as<LoopState>().values_from_file);
    if (!loop.settled) {
      loop.settled = true;
      // The task that writes the file comes first; where there is none to write it is left out.
      const uint64_t left_out = may_store(properties) && !to_file ? 1 : 0;
      loop.frame.total[static_cast<size_t>(ListRole::finally_)] = step.task(run).finals.size() - left_out;
      collect(step, run, !properties.outputs.empty() && !to_file);
    }
    if (to_file) take_address(step, run);
  }

  void taken_back(Step& step, RunState& run) const override {
    FlowableState& loop = *run.flowable;
    const Value& values = loop.as<LoopState>().values;
    if (!values.is_container()) return;
    uint64_t total = values.size();
    for (const RunState* iteration : iterations_of(step, run)) {
      if (iteration->flowable && iteration->flowable->as<IterationState>().ended_loop)
        total = loop.frame.of(ListRole::tasks).created;
    }
    loop.frame.total[static_cast<size_t>(ListRole::tasks)] = total;
    step.state().touch(run);
  }

 protected:
  int64_t at_once(const CompiledTask& task) const override { return properties_of(task).concurrency_limit; }

 private:
  /// By number.
  static std::vector<RunState*> iterations_of(Step& step, const RunState& run) {
    std::vector<RunState*> found;
    for (RunState* each : step.state().runs_of_task(step.task(run).branches[0][0])) {
      if (each->parent == &run) found.push_back(each);
    }
    std::ranges::sort(found, {}, [](const RunState* each) { return *each->run.iteration; });
    return found;
  }

  static void collect(Step& step, RunState& run, bool with_outputs) {
    const ListProgress& tasks = run.flowable->frame.of(ListRole::tasks);
    auto count = [](uint64_t number) { return Value::narrow_integer(static_cast<int32_t>(number)); };
    base::MapBuilder outputs;
    outputs.set("iterationCount", count(run.flowable->frame.total_of(ListRole::tasks)));
    outputs.set("runningIterations", count(tasks.running()));
    outputs.set("terminatedIterations", count(tasks.terminated));
    const Value counts = outputs.build();
    run.run.outputs = counts;
    run.has_encrypted_outputs = false;
    if (with_outputs) {
      base::ListBuilder list;
      for (const RunState* iteration : iterations_of(step, run))
        list.push(result_of_iteration(iteration->run, run.flowable->as<LoopState>().values));
      run.run.outputs = base::deep_merge(counts, Value::map({{"outputs", list.build()}}));
      run.has_encrypted_outputs = contains_encrypted(run.run.outputs);
      if (drop_large_outputs(step, run)) {
        run.run.outputs = counts;
        run.flowable->target = State::failed;
      }
    }
    step.charge(0, run.run.outputs.weight());
    step.state().touch(run);
  }

  /// Of the file that the made task has written; where it could not the loop has failed.
  static void take_address(Step& step, RunState& run) {
    for (const RunState* writer : step.state().runs_of_task(step.task(run).finals[0])) {
      if (writer->parent != &run || !model::is_terminated(writer->run.state.current())) continue;
      const Value* uri = writer->run.outputs.find("uri");
      if (uri == nullptr) {
        if (writer->run.state.current() != State::killed) run.flowable->target = State::failed;
      } else if (run.run.outputs.find("uri") == nullptr) {
        run.run.outputs = base::deep_merge(run.run.outputs, Value::map({{"uri", *uri}}));
      }
      step.state().touch(run);
    }
  }
};

/// One iteration: its tasks in order, then its outputs.
class LoopIteration final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    struct Nothing {};
    return plugin::task_type<Nothing>(iteration_type)
        .title("Runs one iteration of a Loop")
        .documentation("Loop creates this task. Do not use it in a flow.")
        .trait(plugin::Trait::flowable)
        .build();
  }

  FlowableDetail first_state() const override { return IterationState{}; }
  ChildLists lists(const model::TaskSpec&) const override { return {}; }
  std::optional<ChildLists> lists_of_maker(const model::TaskSpec& maker) const override {
    if (!maker.is(loop_type)) return std::nullopt;
    const auto& properties = maker.properties<LoopProperties>();
    return ChildLists{{{"tasks", &properties.tasks}}, &properties.errors, nullptr};
  }

  bool is_sequential() const override { return true; }
  bool repeats() const override { return true; }
  void next(Step& step, RunState& run) const override { next_sequential(step, run); }

  base::Result<Decision> decide(const CompiledTask& task, const Value&) const override {
    Decision decision{.state = first_state()};
    decision.no_branch = task.branches.empty();  // somebody has written it into a flow
    return decision;
  }

  bool round_ended(Step& step, RunState& run) const override {
    if (run.parent == nullptr || step.task(*run.parent).flowable != &loop()) return run.flowable->settled = true;
    FlowableState& own = *run.flowable;
    const LoopProperties& properties = properties_of(step.task(*run.parent));
    const uint32_t& done = own.as<IterationState>().outputs_done;
    while (done < properties.outputs.size()) {
      if (!render_output(step, run, properties.outputs[done])) return own.settled;
    }
    if (!properties.break_when.is_set()) return own.settled = true;
    auto rendering = step.render(run, step.task(*run.parent).later[0], false);
    if (rendering.kind == Step::Rendering::Kind::pending) return false;
    step.state().set_wait(run, Wait::children);
    if (rendering.kind == Step::Rendering::Kind::failed)
      return fail(step, run, "Failed to render breakWhen: " + rendering.error);
    if (expression::is_truthy(rendering.value)) end_loop(step, run);
    return own.settled = true;
  }

  void taken_back(Step&, RunState& run) const override {
    if (run.flowable->settled) return;
    run.flowable->as<IterationState>() = {};
    run.run.outputs = {};
  }

 private:
  /// Its tasks have ended well, and it has not; goes on with `errors`.
  static bool fail(Step& step, RunState& run, std::string_view message) {
    step.log(run, model::LogLevel::error, message);
    run.flowable->target = State::failed;
    return run.flowable->settled = true;
  }

  /// False where the rendering is out, or the iteration has failed by it.
  static bool render_output(Step& step, RunState& run, const LoopOutput& output) {
    FlowableState& own = *run.flowable;
    auto rendering = step.render(run, step.task(*run.parent).later[1 + own.as<IterationState>().outputs_done], true);
    if (rendering.kind == Step::Rendering::Kind::pending) return false;
    step.state().set_wait(run, Wait::children);
    base::Result<Value> value = base::fail(bad_decision, rendering.error);
    if (rendering.kind == Step::Rendering::Kind::done)
      value = model::convert_output(output, rendering.value, step.settings().encryptor);
    if (!value && output.required) {
      fail(step, run,
           fmt::format("Failed to render the output '{}' of the iteration: {}", output.id, value.error().message()));
      return false;
    }
    own.as<IterationState>().outputs_done += 1;
    if (!value) {
      step.log(run, model::LogLevel::warn,
               fmt::format("Failed to render the optional output '{}' of the iteration. It is ignored.", output.id));
    } else if (!value->is_null()) {
      base::MapBuilder outputs(run.run.outputs);
      outputs.set(output.id, *std::move(value));
      run.run.outputs = outputs.build();
      run.has_encrypted_outputs = contains_encrypted(run.run.outputs);
    }
    step.state().touch(run);
    if (!drop_large_outputs(step, run)) return true;
    own.target = State::failed;
    own.settled = true;
    return false;
  }

  /// No further iteration begins.
  static void end_loop(Step& step, RunState& run) {
    run.flowable->as<IterationState>().ended_loop = true;
    Frame& frame = run.parent->flowable->frame;
    frame.total[static_cast<size_t>(ListRole::tasks)] = frame.of(ListRole::tasks).created;
    step.state().touch(*run.parent);
  }
};

}  // namespace

const Flowable& loop() {
  static const Loop behaviour;
  return behaviour;
}

const Flowable& loop_iteration() {
  static const LoopIteration behaviour;
  return behaviour;
}

}  // namespace gyr::engine
