// Expressions over stored executions, and what the language has, by the interface (EXPR-402, EXPR-413,
// EXPR-420 to EXPR-423).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "net/test_support.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view greeting = R"(
id: greeting
namespace: company.team
inputs:
  - {id: who, type: STRING, defaults: joe}
tasks:
  - {id: fetch, type: io.kestra.plugin.core.output.OutputValues, values: {name: ada, list: [1, 2]}}
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.fetch.values.name }}"}
)";

struct Evaluation : ::testing::Test {
  explicit Evaluation(test::HarnessOptions options = {}) : server(std::move(options)) {
    server.deploy(greeting);
    execution = server.run("company.team", "greeting");
    const Value ended = server.wait_for_end(execution);
    for (const Value& run : ended.find("taskRunList")->items()) {
      if (run.find("taskId")->text() == "say") task_run = run.find("id")->text();
    }
  }
  test::Reply eval(std::string expression, std::string_view scope = "", std::string_view path = "actions/eval") {
    return server.send("POST", fmt::format("executions/{}/{}{}", execution, path, scope), std::move(expression),
                       "text/plain");
  }
  std::string result(std::string expression, std::string_view scope = "") {
    return eval(std::move(expression), scope).text({"result"});
  }
  std::string error(std::string expression) {
    const auto reply = eval(std::move(expression));
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_FALSE(reply.text({"stackTrace"}).empty());
    return reply.text({"error"});
  }

  Harness server;
  std::string execution;
  std::string task_run;
};

TEST_F(Evaluation, SeesWhatATaskRunSees) {  // EXPR-420
  const std::string scope = "/" + task_run;
  for (std::string_view path : {"actions/eval", "eval"}) {
    const auto reply =
        eval("{{ task.id }} {{ taskrun.id }} {{ outputs.fetch.values.name | upper }} {{ inputs.who }}", scope, path);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.text({"result"}), "say " + task_run + " ADA joe") << path;
  }
  EXPECT_EQ(result("{{ outputs.fetch.values }}", scope), R"({"name":"ada","list":[1,2]})");
  EXPECT_EQ(result("no expression", scope), "no expression");
}

TEST_F(Evaluation, OfTheExecutionKnowsNoTaskRun) {  // EXPR-421
  EXPECT_EQ(result("{{ execution.id }} {{ flow.namespace }}.{{ flow.id }} {{ outputs.fetch.values.list[1] }}"),
            execution + " company.team.greeting 2");
  EXPECT_EQ(result("{{ taskrun is defined }} {{ task is defined }} {{ parents is defined }}"), "false false false");
}

TEST_F(Evaluation, AnErrorIsAnAnswer) {  // EXPR-420, EXPR-361
  EXPECT_EQ(error("{{ inputs.whom }}"), "Unable to find `whom` used in the expression `{{ inputs.whom }}` at line 1");
  EXPECT_THAT(error("a\n{{ 1 / 0 }}"), HasSubstr("Could not perform division"));
  EXPECT_THAT(error("{{ 'open"), HasSubstr(":1)"));
  EXPECT_THAT(error("{{ range(0, 100000000) }}"), HasSubstr("1000000"));  // EXPR-372: the limits hold here too
  EXPECT_EQ(server.send("POST", "executions/0000000000000000000000/actions/eval", "{{ 1 }}", "text/plain").status, 404);
  EXPECT_EQ(eval("{{ 1 }}", "/0000000000000000000001").status, 404);
  EXPECT_EQ(eval("{{ 1 }}", "/nothing").status, 404);
}

struct EvaluationWithSecrets : Evaluation {
  EvaluationWithSecrets()
      : Evaluation({.secrets = {"SECRET_PLAIN=" + base::base64_encode("hunter2"),
                                "SECRET_API=" + base::base64_encode(R"({"user": "root", "n": 51})")}}) {}
};

TEST_F(EvaluationWithSecrets, AreNeverShown) {  // EXPR-413, EXPR-410
  EXPECT_EQ(result("{{ secret('PLAIN') }}"), "******");
  EXPECT_EQ(result("a {{ secret('PLAIN') ~ '!' }} b"), "a ******! b");
  EXPECT_EQ(result("{{ secret('API', subkey='user') }} {{ secret('API', subkey='n') }}"), "****** ******");
  EXPECT_EQ(result("{{ secret('PLAIN', full=true) }}"), R"({"value":"******"})");
  EXPECT_EQ(result("{{ {'k': [secret('PLAIN')]} }}"), R"({"k":["******"]})");
  const std::string broken = error("{{ fromJson(secret('PLAIN') ~ '{') }}");
  EXPECT_THAT(broken, Not(HasSubstr("hunter2")));
  EXPECT_THAT(eval("{{ secret('PLAIN') | number }}").body, Not(HasSubstr("hunter2")));
  EXPECT_EQ(error("{{ secret('NONE') }}").substr(0, 35), "Cannot find secret for key 'NONE'. ");
}

TEST_F(EvaluationWithSecrets, AreInNoPartOfTheResult) {  // SEC-41: what is made of a secret must not tell it either
  EXPECT_EQ(result("{{ secret('PLAIN') | length }}"), "6");
  EXPECT_EQ(result("{{ secret('PLAIN') | upper }} {{ secret('PLAIN') | sha256 == ('hunter2' | sha256) }}"),
            "****** false");
  EXPECT_EQ(result("{{ secret('PLAIN') == 'hunter2' }} {{ secret('PLAIN') == secret('PLAIN') }}"), "false true");
  EXPECT_EQ(result("{{ secret('PLAIN') | slice(0, 1) }}"), "*");
  EXPECT_EQ(result("{{ secret('API', subkey='n') > 50 ? 'large' : 'small' }}").find("large"), std::string::npos);
  EXPECT_EQ(result("{{ secret('NONE', subkey='n') ?? 'none' }}").find("hunter2"), std::string::npos);
}

TEST_F(Evaluation, FiltersAndFunctionsAreListed) {  // EXPR-422
  const Value filters = server.get("/api/v1/pebble/filters").json();
  const auto has_filter = [&](std::string_view name) {
    return std::ranges::any_of(filters.items(), [&](const Value& item) { return item.text() == name; });
  };
  for (std::string_view name : {"abbreviate", "jq", "toJson", "yaml", "dateAdd", "number"})
    EXPECT_TRUE(has_filter(name)) << name;
  EXPECT_FALSE(has_filter("raw")) << "EXPR-436";
  const Value functions = server.get("/api/v1/pebble/functions").json();
  const auto function = [&](std::string_view name) {
    for (const Value& item : functions.items()) {
      if (item.find("name")->text() == name) return item;
    }
    return Value();
  };
  const Value kv = function("kv");
  ASSERT_TRUE(kv.is_map());
  EXPECT_EQ(kv.find("arguments")->items()[0].find("name")->text(), "key");
  EXPECT_EQ(kv.find("arguments")->items()[2].find("name")->text(), "errorOnMissing");
  EXPECT_EQ(kv.find("arguments")->items()[2].find("defaultValue")->text(), "true");
  EXPECT_TRUE(function("i18n").is_null()) << "EXPR-434: it always fails";
}

TEST(ExpressionContext, ListsTheCompletionsOfAPosition) {  // EXPR-423, API-74
  Harness server({.secrets = {"SECRET_KEY=" + base::base64_encode("x")}});
  ASSERT_EQ(server.send("PUT", "namespaces/company/kv/color", "\"red\"", "text/plain").status, 200);
  const std::string source = R"(
id: f
namespace: company.team
inputs:
  - {id: wish, type: STRING}
  - {id: a.b-c, type: STRING}
variables: {base: 1}
tasks:
  - {id: made, type: io.kestra.plugin.core.debug.Return, format: x}
  - {id: user, type: io.kestra.plugin.core.log.Log, message: y}
  - {id: to-come, type: io.kestra.plugin.core.debug.Return, format: z}
)";
  const auto ask = [&](std::string_view query, const std::string& body) {
    const auto reply = server.send("POST", "flows/expressions" + std::string(query), body, "application/x-yaml");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply;
  };
  const auto texts = [](const test::Reply& reply, std::string_view category) {
    std::vector<std::string> found;
    for (const Value& item : reply.at({"categories", category}).items()) found.emplace_back(item.text());
    return found;
  };
  const auto reply = ask("?taskId=user", source);
  EXPECT_THAT(texts(reply, "taskOutputs"), ::testing::ElementsAre("outputs.made.value"));
  EXPECT_THAT(texts(reply, "inputs"), ::testing::ElementsAre("inputs.wish", "inputs.a['b-c']"));
  EXPECT_THAT(texts(reply, "variables"), ::testing::ElementsAre("vars.base"));
  EXPECT_THAT(texts(reply, "secrets"), ::testing::ElementsAre("secret('KEY')"));
  EXPECT_THAT(texts(reply, "kvPairs"), ::testing::ElementsAre("kv('color')"));
  EXPECT_THAT(texts(reply, "filters"), ::testing::Contains("upper"));
  EXPECT_THAT(texts(reply, "functions"), ::testing::Contains("now()"));
  EXPECT_THAT(texts(reply, "executionContext"), ::testing::Contains("execution.id"));
  EXPECT_THAT(texts(ask("", source), "taskOutputs"), ::testing::Contains("outputs['to-come'].value"));
  // A source that is being written.
  EXPECT_THAT(texts(ask("", "inputs:\n  - {id: wish}\ntasks: nothing yet"), "inputs"),
              ::testing::ElementsAre("inputs.wish"));
  EXPECT_THAT(texts(ask("", "\t: x"), "inputs"), ::testing::IsEmpty());
}

TEST(WebhookExpressions, SeeWhatIsThereBeforeAnExecution) {  // EXPR-402
  Harness server({.secrets = {"SECRET_KEY=" + base::base64_encode("open-sesame")}});
  server.deploy(R"(
id: hook
namespace: company.team
variables: {wanted: go}
tasks:
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ trigger.body.mood }} {{ trigger.parameters.a[0] }}"}
triggers:
  - id: web
    type: io.kestra.plugin.core.trigger.Webhook
    key: "{{ secret('KEY') }}-{{ flow.id }}"
    when: "{{ trigger.body.mood == vars.wanted and flow.namespace == 'company.team' }}"
)");
  const auto call = [&](std::string_view key, std::string body) {
    return server.send("POST", fmt::format("executions/webhook/company.team/hook/{}?a=1", key), std::move(body),
                       "application/json");
  };
  EXPECT_EQ(call("open-sesame", R"({"mood": "go"})").status, 404) << "the key is rendered";
  EXPECT_EQ(call("open-sesame-hook", R"({"mood": "stay"})").status, 204) << "its condition does not hold";
  const auto started = call("open-sesame-hook", R"({"mood": "go"})");
  ASSERT_EQ(started.status, 200) << started.body;
  const Value ended = server.wait_for_end(started.text({"id"}));
  EXPECT_EQ(ended.find("taskRunList")->items()[0].find("outputs")->find("value")->text(), "go 1");
}

/// Answers every request with a document; counts.
struct Origin {
  net::test::TestServer server{[this](net::ServerRequest request) { return answer(std::move(request)); }};
  std::atomic<int> requests{0};
  base::Task<net::ServerResponse> answer(net::ServerRequest request) {
    requests += 1;
    net::ServerResponse response;
    if (request.target == "/missing") {
      response.status = 404;
      co_return response;
    }
    response.headers.add("Content-Type", "application/json");
    response.body = R"({"city": "Lyon", "open": true, "key": "from-afar"})";
    co_return response;
  }
};

// EXPR-279, EXPR-302: where no worker evaluates, the server itself sends the request.
TEST(HostRequests, InDefaultsChecksAndKeysOfWebhooks) {
  Origin origin;
  Harness server;
  const std::string url = origin.server.url("/x");
  server.deploy(R"(
id: asks
namespace: company.team
inputs:
  - {id: city, type: STRING, defaults: "{{ http(uri=')" +
                url + R"(').city }}"}
  - {id: port, type: INT, defaults: "{{ randomPort() }}"}
checks:
  - {condition: "{{ http(uri=')" +
                url + R"(').open and inputs.port > 1000 }}", message: closed, behavior: BLOCK_EXECUTION}
tasks:
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.city }}"}
triggers:
  - {id: web, type: io.kestra.plugin.core.trigger.Webhook, key: "{{ http(uri=')" +
                url + R"(').key }}"}
)");
  const auto started = server.send("POST", "executions/company.team/asks");
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(started.text({"inputs", "city"}), "Lyon");
  EXPECT_EQ(origin.requests, 2);
  server.wait_for_end(started.text({"id"}));
  EXPECT_EQ(server.send("POST", "executions/webhook/company.team/asks/from-afar").status, 200);
  EXPECT_EQ(server
                .send("POST", fmt::format("executions/{}/actions/eval", started.text({"id"})),
                      "{{ http(uri='" + url + "').city }}", "text/plain")
                .text({"result"}),
            "Lyon");
}

TEST(HostRequests, AFailureContainsItsReason) {
  Origin origin;
  Harness server;
  server.deploy("id: asks\nnamespace: company.team\ninputs:\n  - {id: city, type: STRING, defaults: \"{{ http(uri='" +
                origin.server.url("/missing") +
                "').city }}\"}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}\n");
  const auto refused = server.send("POST", "executions/company.team/asks");
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("Failed to execute HTTP Request, server respond with status 404 : Not Found"));
}

}  // namespace
}  // namespace gyr::web
