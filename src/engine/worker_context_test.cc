// The part of the context that goes to a worker: what the texts name, and everything where a text is made at run time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/context.h"
#include "engine/testing/harness.h"
#include "syntax/json.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> names_of(const Value* map) {
  std::vector<std::string> names;
  if (map == nullptr || !map->is_map()) return names;
  for (const auto& entry : map->entries()) names.emplace_back(entry.name());
  return names;
}

/// The context of the only job that is held.
Value context_of(Harness& flow) {
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.held(), 1U);
  return flow.held() == 0 ? Value() : flow.held_work().back().context;
}

std::string json_at(const Value& context, std::initializer_list<std::string_view> path) {
  const Value* found = context.find_path(path);
  return found == nullptr ? "none" : syntax::write_json(*found);
}

/// A flow with an input, a variable, three finished tasks and a last one for a worker.
std::string flow_with(std::string_view text, std::string_view more = {}) {
  return "\ninputs:\n  - {id: name, type: STRING, defaults: Ada}\nvariables: {hello: \"{{ inputs.name }}\"}\n"
         "labels: {team: data}\ntasks:\n"
         "  - {id: first, type: test.Echo, text: one}\n  - {id: second, type: test.Echo, text: two}\n" +
         std::string(more) + "  - {id: last, type: test.Work, text: '" + std::string(text) + "'}\n";
}

TEST(WorkerContext, ContainsOnlyTheReferencedValues) {  // principle: host requests
  Harness flow(flow_with(R"({{ outputs.first.value }} {{ kv("x") }} {{ flow.id }})"));
  const Value context = context_of(flow);
  EXPECT_THAT(names_of(&context), ::testing::UnorderedElementsAre("outputs", "flow"));
  EXPECT_THAT(names_of(context.find("outputs")), ElementsAre("first"));
}

TEST(WorkerContext, ContainsEverythingIfATextIsCreatedAtRunTime) {  // EXPR-260
  for (const char* text : {R"({{ render(read("f.txt")) }})", R"({{ renderOnce(kv("k")) }})",
                           R"({{ render(secret("S"), recursive=false) }})", R"({{ render(http("http://h").body) }})",
                           R"({{ render(render(read("f.txt"))) }})", "{{ render(vars.hello) }}",
                           R"({{ printContext() }})", R"({% set t = read("f.txt") %}{{ render(t) }})"}) {
    Harness flow(flow_with(text));
    const Value context = context_of(flow);
    EXPECT_THAT(names_of(&context), IsSupersetOf({"inputs", "vars", "outputs", "tasks", "flow", "execution", "taskrun",
                                                  "task", "labels", "envs", "globals", "kestra", "parents"}))
        << text;
    EXPECT_THAT(names_of(context.find("outputs")), IsSupersetOf({"first", "second"})) << text;
    EXPECT_EQ(json_at(context, {"inputs", "name"}), "\"Ada\"") << text;
    EXPECT_EQ(json_at(context, {"tasks", "first", "state"}), "\"SUCCESS\"") << text;
    EXPECT_EQ(json_at(context, {"labels", "team"}), "\"data\"") << text;
  }
}

TEST(WorkerContext, ContainsEverythingIfRenderingIsRecursive) {  // EXPR-312
  Harness flow(flow_with("{{ vars.hello }}"));
  flow.settings.recursive_rendering = true;
  const Value context = context_of(flow);
  EXPECT_EQ(json_at(context, {"inputs", "name"}), "\"Ada\"");
  EXPECT_THAT(names_of(context.find("outputs")), IsSupersetOf({"first", "second"}));
}

TEST(WorkerContext, LargeOutputsStayOnTheServerUntilRequested) {
  const std::string work = "  - {id: large, type: test.Work}\n";
  const Value large = Value::map({{"text", Value::string(std::string(unnamed_outputs_bytes + 1, 'x'))}});
  for (const bool named : {false, true}) {
    Harness flow(flow_with(std::string(R"({{ render(read("f.txt")) }})") + (named ? "{{ outputs.large }}" : ""), work));
    flow.hold_work();
    flow.run();
    flow.finish_work("large", {State::success, large});
    ASSERT_EQ(flow.held(), 1U);
    const Value context = flow.held_work().back().context;
    EXPECT_THAT(names_of(context.find("outputs")), AllOf(Contains("first"), Contains("second")));
    if (named) {
      EXPECT_EQ(context.find_path({"outputs", "large", "text"})->size(), large.find("text")->size());
      EXPECT_EQ(json_at(context, {partial_root, "large"}), "none");
    } else {
      EXPECT_THAT(names_of(context.find("outputs")), Not(Contains("large")));
      EXPECT_EQ(json_at(context, {partial_root, "large"}), "0");
      EXPECT_LT(context.weight(), unnamed_outputs_bytes);
    }
  }
}

// A job in a loop holds what stands at its own values: its size does not grow with the number of iterations.
TEST(WorkerContext, OfALoopContainsItsOwnIteration) {
  std::string values;
  for (int i = 0; i < 300; ++i) values += (i == 0 ? "v" : ", v") + std::to_string(i);
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [)" +
               values +
               R"(]
    concurrencyLimit: 1
    tasks:
      - {id: inner, type: test.Echo, text: "{{ taskrun.value }}"}
      - {id: last, type: test.Work, text: '{{ render(read("f.txt")) }}'}
)");
  flow.hold_work();
  flow.run();
  uint64_t first = 0;
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(flow.held(), 1U) << i;
    const Value context = flow.held_work().back().context;
    const std::string value = "v" + std::to_string(i);
    EXPECT_THAT(names_of(context.find_path({"outputs", "inner"})), ElementsAre(value));
    EXPECT_THAT(names_of(context.find_path({"tasks", "inner"})), ElementsAre(value));
    EXPECT_EQ(json_at(context, {partial_root, "inner"}), "1");
    EXPECT_EQ(json_at(context, {partial_states_root, "inner"}), "1");
    EXPECT_EQ(json_at(context, {"tasks", "last", value, "state"}), "\"CREATED\"");
    if (i == 0) first = context.weight();
    EXPECT_LT(context.weight(), 2 * first);
    flow.finish_work("last");
  }
  EXPECT_EQ(flow.execution_state(), State::success);
}

}  // namespace
}  // namespace gyr::engine
