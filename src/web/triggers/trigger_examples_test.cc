// Webhooks as spec 03 shows them in section 13, and what every caller may rely on (TRIG-99, TRIG-104, TRIG-106,
// TRIG-107, API-83).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "engine/event.h"
#include "model/execution.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Call;
using test::Harness;
using test::HarnessOptions;
using test::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A flow with a webhook; `more` are further lines of the flow.
std::string hooked_flow(std::string_view trigger = "key: k", std::string_view more = "") {
  return fmt::format(
      "id: flow\nnamespace: a.b\ntasks: [{{id: say, type: io.kestra.plugin.core.log.Log, message: hi}}]\n"
      "triggers: [{{id: t, type: io.kestra.plugin.core.trigger.Webhook, {}}}]\n{}",
      trigger, more);
}
/// The same; its one task ends when the test says so.
std::string waiting_hook(std::string_view trigger = "key: k", std::string_view more = "") {
  return fmt::format(
      "id: flow\nnamespace: a.b\ntasks: [{{id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}}]\n"
      "triggers: [{{id: t, type: io.kestra.plugin.core.trigger.Webhook, {}}}]\n{}",
      trigger, more);
}

Reply hook(Harness& harness, std::string body, std::string_view key = "k", std::string method = "POST") {
  return harness.call({.method = std::move(method),
                       .target = fmt::format("executions/webhook/a.b/flow/{}", key),
                       .body = std::move(body),
                       .content_type = "application/json",
                       .headers = {}});
}

int64_t executions(Harness& harness) { return harness.get("executions/search").at({"total"}).as_integer(); }

void finish(Harness& harness, const test::ManualWorkers::Job& job, model::State state = model::State::success) {
  harness.workers().report(job, engine::WorkerFinished{job.dispatch.attempt, state, {}, harness.clock().now(), 0, {}});
}

std::vector<std::string> keys_of(const Value& map) {
  std::vector<std::string> keys;
  for (const auto& entry : map.entries()) keys.emplace_back(entry.key.text());
  return keys;
}

// ---- the examples

TEST(WebhookExamples, BodyAndParameters) {  // TRIG-1065, TRIG-1066
  Harness harness;
  harness.deploy(hooked_flow());
  const Reply whole = hook(harness, R"({"hello":"world"})", "k?x=1&x=2");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.text({"trigger", "variables", "body", "hello"}), "world");
  EXPECT_EQ(whole.at({"trigger", "variables", "parameters", "x"}),
            Value::list({Value::string("1"), Value::string("2")}));
  EXPECT_EQ(hook(harness, "a,b").text({"trigger", "variables", "body"}), "a,b");  // TRIG-1066
  EXPECT_EQ(hook(harness, "[1,2]").at({"trigger", "variables", "body"}),
            Value::list({Value::integer(1), Value::integer(2)}));
}

TEST(WebhookExamples, AFalseConditionStartsNothing) {  // TRIG-1067, TRIG-103
  Harness harness;
  harness.deploy(
      hooked_flow("key: k, conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: \"{{ "
                  "trigger.body.hello == 'world' }}\"}]"));
  const Reply refused = hook(harness, R"({"hello":"x"})");
  EXPECT_EQ(refused.status, 204);
  EXPECT_EQ(refused.body, "");
  EXPECT_EQ(executions(harness), 0);
  EXPECT_EQ(hook(harness, R"({"hello":"world"})").status, 200);
  EXPECT_EQ(executions(harness), 1);
}

TEST(WebhookExamples, UnknownUrls) {  // TRIG-1068, API-83
  Harness harness;
  harness.deploy(hooked_flow());
  const Reply key = hook(harness, "{}", "wrong");
  EXPECT_EQ(key.status, 404);
  EXPECT_THAT(key.text({"message"}), HasSubstr("Webhook not found"));
  const Reply flow = harness.send("POST", "executions/webhook/a.b/nobody/k");
  EXPECT_EQ(flow.status, 404);
  EXPECT_THAT(flow.text({"message"}), HasSubstr("Flow not found"));
  EXPECT_EQ(hook(harness, "", "k", "DELETE").status, 405);
  EXPECT_EQ(hook(harness, "{}", "k/more").status, 404) << "a further path belongs to other types";
  EXPECT_EQ(executions(harness), 0);
}

TEST(WebhookExamples, OutputsAreTheAnswer) {  // TRIG-1069, API-83
  Harness harness;
  harness.deploy(hooked_flow("key: k, wait: true, returnOutputs: true",
                             "outputs: [{id: greeting, type: STRING, value: \"Hello {{ trigger.body.name }}!\"}]\n"));
  const Reply reply = hook(harness, R"({"name":"Alice"})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"greeting":"Hello Alice!"})");
}

TEST(WebhookExamples, TheKeyMayBeASecret) {  // TRIG-1070, API-83
  HarnessOptions options;
  options.secrets = {"SECRET_WEBHOOK_KEY=" + base::base64_encode("s3")};
  Harness harness(std::move(options));
  harness.deploy(hooked_flow("key: \"{{ secret('WEBHOOK_KEY') }}\""));
  EXPECT_EQ(hook(harness, "{}", "s3").status, 200);
  EXPECT_EQ(hook(harness, "{}", "s4").status, 404);
}

// ---- who may call, and what is answered

TEST(WebhookCalls, NeedALoginUnlessTheirUrlIsOpen) {  // TRIG-99, TRIG-242, API-83
  for (const bool open : {true, false}) {
    SCOPED_TRACE(open);
    HarnessOptions options;
    options.username = "ada@example.com";
    options.password = "Password1";
    if (!open) options.settings.open_urls = {"/ping"};
    Harness harness(std::move(options));
    const std::pair<std::string, std::string> login{"Authorization",
                                                    "Basic " + base::base64_encode("ada@example.com:Password1")};
    const Reply made = harness.call({"POST", "flows", hooked_flow(), "application/x-yaml", {login}});
    ASSERT_EQ(made.status, 200) << made.body;
    const auto call = [&](std::string_view key, std::vector<std::pair<std::string, std::string>> headers) {
      return harness
          .call({"POST", fmt::format("executions/webhook/a.b/flow/{}", key), "{}", "application/json",
                 std::move(headers)})
          .status;
    };
    EXPECT_EQ(call("k", {}), open ? 200 : 401);
    EXPECT_EQ(call("k", {login}), 200);
    EXPECT_EQ(call("wrong", {}), open ? 404 : 401) << "the key is the trigger's only credential";
    EXPECT_EQ(call("wrong", {login}), 404) << "a login does not stand for the key";
    EXPECT_EQ(harness.get("executions/search").status, 401);
  }
}

TEST(WebhookCalls, OnlyReturnTheIdentityOfTheExecution) {  // TRIG-104, API-83
  Harness harness;
  harness.deploy(hooked_flow("key: k, inputs: {n: 1}", "labels: {team: x}\ninputs: [{id: n, type: INT}]\n"));
  const Reply reply = hook(harness, "{}");
  ASSERT_EQ(reply.status, 200);
  const Value answer = reply.json();
  EXPECT_THAT(keys_of(answer), ::testing::IsSupersetOf({"tenantId", "id", "namespace", "flowId", "flowRevision",
                                                        "trigger", "labels", "state", "url"}));
  EXPECT_EQ(reply.text({"tenantId"}), "main");
  EXPECT_EQ(reply.text({"namespace"}), "a.b");
  EXPECT_EQ(reply.text({"flowId"}), "flow");
  EXPECT_EQ(reply.at({"flowRevision"}).as_integer(), 1);
  EXPECT_EQ(reply.text({"trigger", "type"}), "io.kestra.plugin.core.trigger.Webhook");
  EXPECT_THAT(reply.text({"url"}), HasSubstr(reply.text({"id"})));
  EXPECT_EQ(reply.at({"state"}).find("current")->text().empty(), false);
  for (const char* inner : {"inputs", "variables", "taskRunList", "metadata"})
    EXPECT_EQ(answer.find(inner), nullptr) << inner;
  EXPECT_EQ(harness.wait_for_end(reply.text({"id"})).find_path({"inputs", "n"})->as_integer(), 1);
}

TEST(WebhookCalls, AreConcurrentAndHaveNoState) {  // TRIG-107
  Harness harness;
  harness.deploy(waiting_hook("key: k, stopAfter: [FAILED, SUCCESS], allowConcurrent: false"));
  EXPECT_EQ(hook(harness, "{}").status, 200);
  EXPECT_EQ(hook(harness, "{}").status, 200);
  const auto first = harness.workers().take("nap");
  const auto second = harness.workers().take("nap");
  EXPECT_NE(first.origin.execution, second.origin.execution) << "both run";
  EXPECT_EQ(harness.get("triggers/a.b/flow").at({"total"}).as_integer(), 0);
  finish(harness, first, model::State::failed);
  harness.wait_for_end(first.origin.execution.to_text());
  EXPECT_EQ(hook(harness, "{}").status, 200) << "stopAfter is for triggers that have a state";
  harness.workers().take("nap");
  EXPECT_EQ(executions(harness), 3);
}

TEST(WebhookCalls, AreSubjectToTheLimitOfTheFlow) {  // TRIG-107
  Harness harness;
  harness.deploy(waiting_hook("key: k", "concurrency: {limit: 1, behavior: QUEUE}\n"));
  EXPECT_EQ(hook(harness, "{}").status, 200);
  const auto first = harness.workers().take("nap");
  const Reply queued = hook(harness, "{}");
  EXPECT_EQ(queued.status, 200);
  EXPECT_EQ(harness.get("executions/" + queued.text({"id"})).text({"state", "current"}), "QUEUED");
  finish(harness, first);
  EXPECT_EQ(harness.workers().take("nap").origin.execution.to_text(), queued.text({"id"}));
}

// ---- waiting for the end

TEST(WebhookWaits, KeepTheConnectionUntilTheEnd) {  // TRIG-106, TRIG-105
  Harness harness;
  harness.deploy(waiting_hook("key: k, wait: true"));
  auto answer = harness.start({"POST", "executions/webhook/a.b/flow/k", "{}", "application/json", {}});
  const auto job = harness.workers().take("nap");
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  finish(harness, job);
  const Reply reply = net::test::LoopThread::wait(std::move(answer));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text({"state", "current"}), "SUCCESS");
}

TEST(WebhookWaits, ADisconnectStopsNothing) {  // TRIG-106
  Harness harness;
  harness.deploy(waiting_hook("key: k, wait: true"));
  base::CancelSource connection;
  auto handler = harness.server().handler(harness.thread().loop());
  auto ended = harness.thread().start<int>([&handler, token = connection.token()] {
    net::ServerRequest request;
    request.method = "POST";
    request.target = "/api/v1/main/executions/webhook/a.b/flow/k";
    request.headers.add("Host", "gyr.test:8080");
    request.peer = "127.0.0.1";
    request.body = net::body_of("");
    request.gone = token;
    return [](net::HttpServer::Handler* handle, net::ServerRequest sent) -> base::Task<int> {
      const auto response = co_await (*handle)(std::move(sent));
      co_return response.status;
    }(&handler, std::move(request));
  });
  const auto job = harness.workers().take("nap");
  harness.thread().call([&connection] { connection.cancel(); });
  net::test::LoopThread::wait(std::move(ended));  // nobody is there to read it: only that the wait ends counts
  const std::string id = job.origin.execution.to_text();
  EXPECT_EQ(harness.get("executions/" + id).text({"state", "current"}), "RUNNING");
  EXPECT_TRUE(harness.workers().killed().empty());
  finish(harness, job);
  EXPECT_EQ(harness.wait_for_end(id).find_path({"state", "current"})->text(), "SUCCESS");
}

}  // namespace
}  // namespace gyr::web
