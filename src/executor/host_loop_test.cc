// What runs inside a Loop ask of the server: outputs of their own iteration, the page of outputs for its file (PLUG-1:
// core.flow.Loop).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/context.h"
#include "executor/testing/harness.h"
#include "syntax/json.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;

TEST(HostLoop, TheFileGetsTheIterationsInOrder) {  // PLUG-1
  Harness server;
  server.deploy(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.Loop
    values: {first: v, second: v, third: v}
    transmitFailed: false
    fetchType: STORE
    outputs: [{id: n, type: INT, value: "{{ item.index * 2 }}"}]
    tasks:
      - {id: work, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
  - {id: tell, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.loop.uri }}"}
)",
                "loop");
  const base::Id id = server.run("loop");
  for (int i = 0; i < 3; ++i) {
    const auto job = server.workers().take("work");
    server.workers().finish(job, i == 1 ? State::failed : State::success);
  }
  const auto writer = server.workers().take("loop.outputs");
  auto page = [&](Value arguments) {
    auto answer = server.host_call("loop", id, "loop.outputs", std::move(arguments), writer.dispatch.attempt.task_run);
    return answer ? syntax::write_json(*answer) : answer.error().message();
  };
  EXPECT_EQ(page(Value::map({{"from", Value::integer(0)}})),
            R"({"outputs":[{"item":{"value":"v","iteration":0,"key":"first"},"outputs":{"n":0}},)"
            R"({"item":{"value":"v","iteration":1,"key":"second"},"outputs":{}},)"
            R"({"item":{"value":"v","iteration":2,"key":"third"},"outputs":{"n":4}}]})");
  EXPECT_EQ(page(Value::map({{"from", Value::integer(2)}})),
            R"({"outputs":[{"item":{"value":"v","iteration":2,"key":"third"},"outputs":{"n":4}}]})");
  EXPECT_EQ(page(Value::map({{"from", Value::integer(INT64_MAX)}})), R"({"outputs":[]})");
  EXPECT_EQ(page(Value::map({{"from", Value::string("x")}})).size(), page(Value::empty_map()).size());
  EXPECT_FALSE(server.host_call("loop", id, "loop.outputs", Value::empty_map()).has_value()) << "of no run";
  server.workers().finish(writer, State::success, Value::map({{"uri", Value::string("kestra:///x.ion")}}));
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_THAT(server.log_messages(id), ::testing::Contains("kestra:///x.ion"));
}

TEST(HostLoop, ATaskRequestsOtherValuesOnlyOfItsIteration) {  // EXEC-111
  Harness server;
  server.deploy(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.Loop
    values: [same, same]
    tasks:
      - id: each
        type: io.kestra.plugin.core.flow.ForEach
        values: [p, q]
        tasks:
          - {id: inner, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
      - {id: last, type: io.kestra.plugin.core.flow.Sleep, duration: "PT{{ outputs.inner['p'].n }}S"}
)",
                "loop");
  const base::Id id = server.run("loop");
  for (int i = 0; i < 2; ++i) {
    for (int value = 0; value < 2; ++value) {
      server.workers().finish(server.workers().take("inner"), State::success,
                              Value::map({{"n", Value::integer(10 * i + value)}}));
    }
    const auto last = server.workers().take("last");
    const Value* partial = last.dispatch.context.find_path({"$partial", "inner"});
    ASSERT_NE(partial, nullptr);
    const auto whole = server.host_call(
        "loop", id, "context.member",
        Value::map({{"root", Value::string("outputs")}, {"name", Value::string("inner")}, {"loops", *partial}}),
        last.dispatch.attempt.task_run);
    ASSERT_TRUE(whole.has_value());
    EXPECT_EQ(syntax::write_json(*whole),
              "{\"p\":{\"n\":" + std::to_string(10 * i) + "},\"q\":{\"n\":" + std::to_string(10 * i + 1) + "}}");
    server.workers().finish(last);
  }
  EXPECT_EQ(server.wait_for_end(id), State::success);
}

// What a text that is made at run time may name and what stayed with the server (EXPR-260).
TEST(HostLoop, ATaskRequestsLargeOutputsAndStates) {  // EXEC-110, EXEC-111
  Harness server;
  server.deploy(R"(
tasks:
  - {id: large, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [p, q]
    tasks:
      - {id: inner, type: io.kestra.plugin.core.flow.Sleep, duration: "PT{{ render(kv('seconds')) }}S"}
)",
                "asks");
  const base::Id id = server.run("asks");
  const Value text = Value::string(std::string(engine::unnamed_outputs_bytes + 1, 'x'));
  server.workers().finish(server.workers().take("large"), State::success, Value::map({{"text", text}}));
  server.workers().finish(server.workers().take("inner"));
  const auto second = server.workers().take("inner");
  const Value& context = second.dispatch.context;
  EXPECT_LT(context.weight(), engine::unnamed_outputs_bytes);
  const auto ask = [&](std::string_view root, std::string_view partial, const char* name) {
    const Value* loops = context.find_path({partial, name});
    EXPECT_NE(loops, nullptr) << name;
    auto answer = server.host_call("asks", id, "context.member",
                                   Value::map({{"root", Value::string(root)},
                                               {"name", Value::string(name)},
                                               {"loops", loops == nullptr ? Value() : *loops}}),
                                   second.dispatch.attempt.task_run);
    return answer ? *answer : Value::string(answer.error().message());
  };
  EXPECT_EQ(ask("outputs", engine::partial_root, "large"), Value::map({{"text", text}}));
  EXPECT_EQ(syntax::write_json(ask("tasks", engine::partial_states_root, "inner")),
            R"({"p":{"state":"SUCCESS"},"q":{"state":"CREATED"}})");
  server.workers().finish(second);
  EXPECT_EQ(server.wait_for_end(id), State::success);
}

}  // namespace
}  // namespace gyr::executor
