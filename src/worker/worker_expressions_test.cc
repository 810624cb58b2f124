// Expressions of tasks on a worker: what they see and ask the server for, secrets, renderings that the server asks for.
#include <gmock/gmock.h>

#include "engine/context.h"
#include "model/encryptor.h"
#include "syntax/json.h"
#include "worker/testing/worker_fixture.h"

namespace gyr::worker::testing {
namespace {

using base::Id;
using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Its text is not dynamic.
struct Fixed {
  std::string text;
  base::Task<plugin::TaskResult> run(plugin::RunContext&) const {
    co_return plugin::Success{Value::map({{"value", Value::string(text)}}), {}};
  }
};

/// Reads its text twice.
struct Twice {
  model::Dynamic<std::string> text;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(auto first, co_await context.render(text));
    GYR_CO_TRY(auto second, co_await context.render(text));
    GYR_CO_TRY(auto other, co_await context.render(text, Value::map({{"extra", Value::integer(1)}})));
    co_return plugin::Success{Value::map({{"first", Value::string(first.value_or(""))},
                                          {"second", Value::string(second.value_or(""))},
                                          {"other", Value::string(other.value_or(""))}}),
                              {}};
  }
};

class WorkerExpressions : public TaskFixture {
 protected:
  WorkerExpressions() {
    registry_.add(type<Fixed>("test.Fixed"));
    registry_.add(type<Twice>("test.Twice"));
  }
};

TEST_F(WorkerExpressions, AnExpressionThatFailsFailsTheAttempt) {
  deploy_task("{id: task, type: test.Echo, text: '{{ nothing.here }}'}");
  give();
  EXPECT_EQ(result().state, State::failed);
  EXPECT_THAT(lines(), Contains(HasSubstr("nothing")));
}

TEST_F(WorkerExpressions, ARenderingThatIsTooLargeFails) {  // STOR-14
  protocol::RenderJob job;
  job.key = {Id{1, 1}, Id{2, 1}, 0, 1};
  job.request = 1;
  job.typed = true;
  job.source = Value::string("{{ [inputs.half, inputs.half] }}");
  job.context =
      Value::map({{"inputs", Value::map({{"half", Value::string(std::string(protocol::max_frame / 2 + 100, 'x'))}})}});
  receive(std::move(job));
  auto rendered = sent<protocol::RenderResult>();
  ASSERT_THAT(rendered, SizeIs(1));
  EXPECT_FALSE(rendered[0].ok);
  EXPECT_FALSE(rendered[0].error.empty());
}

TEST_F(WorkerExpressions, AWaitForTheServerEndsWhenTheLinkIsLost) {
  deploy_task("{id: task, type: test.Echo, text: \"{{ kv('key') }}\"}");
  give();
  ASSERT_THAT(sent<protocol::HostCall>(), SizeIs(1));
  to_server_.close();  // no answer comes any more; the fixture's shutdown must end all the same
}

TEST_F(WorkerExpressions, AnAnswerOfTheServerIsUsedInTheExpression) {
  deploy_task("{id: task, type: test.Echo, text: \"{{ kv('key') }}\"}");
  give();
  auto calls = sent<protocol::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  receive(protocol::HostReply{calls[0].call + 1, true, Value::string("not mine")});
  receive(protocol::HostReply{calls[0].call, true, Value::string("value")});
  EXPECT_EQ(result().state, State::success);
  EXPECT_EQ(*result().outputs.find("value"), Value::string("value"));
}

// EXPR-410, EXPR-412: what a secret gave is six stars in log lines, failures too, and stays what it is in outputs.
TEST_F(WorkerExpressions, SecretsAreMaskedInLogsAndNotInOutputs) {  // EXEC-115
  deploy_task("{id: task, type: test.Echo, text: \"{{ secret('A') }} {{ secret('B', full=true).value }}\"}");
  give();
  auto calls = sent<protocol::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  receive(protocol::HostReply{calls[0].call, true, Value::string("hunter2")});
  calls = sent<protocol::HostCall>();
  ASSERT_THAT(calls, SizeIs(2));
  receive(protocol::HostReply{calls[1].call, true, Value::map({{"value", Value::string("hunter2-longer")}})});
  EXPECT_THAT(lines(), ElementsAre("****** ******"));
  EXPECT_EQ(*result().outputs.find("value"), Value::string("hunter2 hunter2-longer"));
}

TEST_F(WorkerExpressions, EncryptedPartsOfTheContextAreDecryptedAndMaskedInLogs) {  // EXPR-400, EXPR-410, EXEC-115
  deploy_task("{id: task, type: test.Fail, text: \"it is {{ inputs.pin }}\"}");
  give(1, Value::map({{"inputs", Value::map({{"pin", model::encrypted_value("Y2lwaGVy")}})}}));
  auto calls = sent<protocol::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].function, "decrypt");
  receive(protocol::HostReply{calls[0].call, true, Value::string("4711")});
  EXPECT_THAT(lines(), ElementsAre("it is ******"));
  EXPECT_EQ(result().state, State::failed);
}

TEST_F(WorkerExpressions, PropertiesThatAreNotDynamicAreNotRendered) {  // EXPR-349
  deploy_task("{id: task, type: test.Fixed, text: \"{{ missing }}\"}");
  give();
  EXPECT_EQ(*result().outputs.find("value"), Value::string("{{ missing }}"));
}

TEST_F(WorkerExpressions, APropertyIsRenderedOnce) {  // EXPR-348
  deploy_task("{id: task, type: test.Twice, text: \"{{ uuid() }}{{ kv('x') }}{{ extra ?? '' }}\"}");
  give();
  for (int asked = 1; asked <= 2; ++asked) {  // once for the property, once with another variable
    const auto calls = sent<protocol::HostCall>();
    ASSERT_THAT(calls, SizeIs(asked));
    receive(protocol::HostReply{calls.back().call, true, Value::string("-")});
  }
  const Value outputs = result().outputs;
  EXPECT_EQ(*outputs.find("first"), *outputs.find("second"));
  EXPECT_NE(*outputs.find("first"), *outputs.find("other"));
  EXPECT_TRUE(outputs.find("other")->text().ends_with("-1"));
}

// A text that is made at run time may name what stayed with the server.
TEST_F(WorkerExpressions, ARenderedFileRequestsOutputsFromTheServer) {  // EXPR-260
  deploy_task("{id: task, type: test.Echo, text: \"{{ render(read('f.txt')) }}\"}");
  give(1, Value::map({{"inputs", Value::map({{"name", Value::string("Ada")}})},
                      {"outputs", Value::map({{"each", Value::map({{"a", Value::map({{"n", Value::integer(1)}})}})}})},
                      {engine::partial_root, Value::map({{"large", Value::integer(0)}, {"each", Value::integer(1)}})},
                      {"tasks", Value::empty_map()},
                      {engine::partial_states_root, Value::map({{"each", Value::integer(1)}})}}));
  const auto answer = [&](std::string_view function, std::string_view arguments, Value value) {
    const auto calls = sent<protocol::HostCall>();
    ASSERT_FALSE(calls.empty());
    EXPECT_EQ(calls.back().function, function);
    EXPECT_EQ(syntax::write_json(calls.back().arguments), arguments);
    receive(protocol::HostReply{calls.back().call, true, std::move(value)});
  };
  answer("read", R"({"path":"f.txt"})",
         Value::string("{{ inputs.name }} {{ outputs.large.n }} {{ outputs.each.a.n }} {{ outputs.each.b.n }} "
                       "{{ tasks.each.b.state }} {{ outputs.other is defined }}"));
  answer("context.member", R"({"root":"outputs","name":"large","loops":0})",
         Value::map({{"n", model::encrypted_value("Y2lwaGVy")}}));
  answer("decrypt", R"({"encrypted":"Y2lwaGVy"})", Value::string("seven"));
  answer("context.member", R"({"root":"outputs","name":"each","loops":1})",
         Value::map({{"a", Value::map({{"n", Value::integer(8)}})}, {"b", Value::map({{"n", Value::integer(2)}})}}));
  answer("context.member", R"({"root":"tasks","name":"each","loops":1})",
         Value::map({{"b", Value::map({{"state", Value::string("SUCCESS")}})}}));
  EXPECT_EQ(result().state, State::success) << result().error;
  EXPECT_EQ(*result().outputs.find("value"), Value::string("Ada seven 1 2 SUCCESS false"));
}

TEST_F(WorkerExpressions, PrintingTheContextRequestsOutputsFromTheServer) {  // EXPR-262
  deploy_task("{id: task, type: test.Echo, text: \"{{ printContext().outputs.large.n }}\"}");
  give(1, Value::map(
              {{"outputs", Value::empty_map()}, {engine::partial_root, Value::map({{"large", Value::integer(0)}})}}));
  const auto calls = sent<protocol::HostCall>();
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].function, "context.member");
  receive(protocol::HostReply{calls[0].call, true, Value::map({{"n", Value::integer(7)}})});
  EXPECT_EQ(*result().outputs.find("value"), Value::string("7"));
}

TEST_F(WorkerExpressions, RenderIsRecursiveIfConfigured) {  // EXPR-312
  for (const bool recursive : {false, true}) {
    worker_.emplace(WorkerOptions{.id = "w",
                                  .processes = 2,
                                  .temporary = "/nonexistent",
                                  .cache = "/nonexistent",
                                  .host_files = {},
                                  .plugin_settings = {},
                                  .recursive_rendering = recursive},
                    WorkerServices{loop_, clock_, flows_, storage_, *pool_, spawner_, http_}, to_server_);
    frames_.clear();
    deploy_task("{id: task, type: test.Echo, text: \"{{ vars.hello }}\"}");
    give(recursive ? 2 : 1, Value::map({{"vars", Value::map({{"hello", Value::string("{{ inputs.name }}")}})},
                                        {"inputs", Value::map({{"name", Value::string("Ada")}})}}));
    EXPECT_EQ(*result().outputs.find("value"), Value::string(recursive ? "Ada" : "{{ inputs.name }}"));
  }
}

// The log of an output that does not exist tells which do.
TEST_F(WorkerExpressions, AnUnknownOutputNamesTheTasksBefore) {  // EXPR-361
  deploy_task("{id: task, type: test.Echo, text: \"{{ outputs.fetsh.value }}\"}");
  give(1, Value::map({{"outputs", Value::empty_map()},
                      {engine::known_tasks_root, Value::list({Value::string("fetch"), Value::string("parse")})}}));
  EXPECT_THAT(lines(),
              ElementsAre("Unable to find `fetsh` used in the expression `{{ outputs.fetsh.value }}` at line 1\n"
                          "did you mean `fetch`? tasks before this one: fetch, parse"));
  EXPECT_EQ(result().error, "Unable to find `fetsh` used in the expression `{{ outputs.fetsh.value }}` at line 1");
}

// SEC-40: in its lines, and in the message of its failure; in its usual encodings, too.
TEST_F(WorkerExpressions, TheValueOfASecretIsMaskedFromThenOn) {
  deploy_task(
      "{id: task, type: test.Fail, text: \"{{ secret('KEY') }} {{ secret('KEY') | base64encode }} {{ secret('KEY') | "
      "urlencode }}\"}");
  give();
  for (size_t answered = 0; answered < sent<protocol::HostCall>().size(); ++answered) {  // each use asks
    const protocol::HostCall call = sent<protocol::HostCall>()[answered];
    EXPECT_EQ(call.function, "secret");
    receive(protocol::HostReply{call.call, true, Value::string("p&ss word")});
  }
  EXPECT_EQ(result().state, State::failed);
  EXPECT_EQ(result().error, "****** ****** ******");
  EXPECT_THAT(lines(), ElementsAre("****** ****** ******"));
  frames_.clear();
  deploy_task("{id: task, type: test.Echo, text: p&ss word}");
  give(2);
  EXPECT_THAT(lines(), ElementsAre("p&ss word")) << "a run that did not read the secret is not masked";
}

}  // namespace
}  // namespace gyr::worker::testing
