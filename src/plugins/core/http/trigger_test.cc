// io.kestra.plugin.core.http.Trigger (TRIG-147, CORE-26)
#include <gtest/gtest.h>

#include "model/flow_parser.h"
#include "plugins/core/core_tasks.h"
#include "plugins/testing/fake_http_client.h"
#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;

class HttpTriggers : public TaskTest {
 protected:
  HttpTriggers() {
    context->given_http = &http;
    http.answer.body = R"({"n": 3})";
  }
  model::ParsedFlow parse(std::string_view properties) {
    return model::parse_flow(
        fmt::format("id: f\nnamespace: n\ntasks:\n  - {{id: a, type: io.kestra.plugin.core.log.Log, message: m}}\n"
                    "triggers:\n  - {{id: t, type: io.kestra.plugin.core.http.Trigger, {}}}\n",
                    properties),
        registry);
  }
  plugin::PollResult poll(std::string_view properties) {
    auto parsed = parse(properties);
    EXPECT_TRUE(parsed.ok()) << parsed.first_error();
    const auto& trigger = parsed.flow->triggers[0];
    return loop.run(core::http_trigger().poll(*trigger.object, *context));
  }
  FakeHttpClient http;
};

TEST_F(HttpTriggers, StartWithTheOutputsOfARequest) {
  http.answer.headers.add("X-H", "v");
  auto found = poll(
      "uri: 'http://host/{{ flow.id }}', method: POST, body: ask, headers: {X-Q: z}, "
      "responseCondition: \"{{ response.statusCode == 200 and json(response.body).n == 3 and "
      "response.headers['x-h'][0] == 'v' }}\"");
  ASSERT_TRUE(found.has_value()) << found.error().error.to_string();
  ASSERT_TRUE(found->has_value());
  const Value& variables = **found;
  EXPECT_EQ(variables.find("code")->as_integer(), 200);
  EXPECT_EQ(variables.find("uri")->text(), "http://host/flow");
  EXPECT_EQ(variables.find("body")->text(), R"({"n": 3})");
  EXPECT_EQ(*variables.find("headers"), Value::map({{"x-h", Value::list({Value::string("v")})}}));
  ASSERT_EQ(http.requests.size(), 1u);
  EXPECT_EQ(http.requests[0].method, "POST");
  EXPECT_EQ(http.requests[0].headers.get("X-Q"), "z");
}

TEST_F(HttpTriggers, StartNothingWhereTheConditionIsFalse) {
  auto found = poll("uri: 'http://host/x', responseCondition: \"{{ response.statusCode == 418 }}\"");
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->has_value());
  http.answer.status = 404;
  found = poll("uri: 'http://host/x'");
  ASSERT_TRUE(found.has_value()) << "an error status is an answer as any other: " << found.error().error.to_string();
  EXPECT_FALSE(found->has_value()) << "below 400 is asked for where the author says nothing";
  http.answer.status = 302;
  EXPECT_TRUE(poll("uri: 'http://host/x'")->has_value());
}

TEST_F(HttpTriggers, FailWithoutAnAnswer) {
  http.error = base::Error(net::body_too_large, "nobody is there");
  auto found = poll("uri: 'http://host/x'");
  ASSERT_FALSE(found.has_value());
  EXPECT_NE(found.error().error.message().find("nobody is there"), std::string::npos);
  http.error.reset();
  found = poll("uri: 'http://host/x', responseCondition: \"{{ response.none.at.all }}\"");
  EXPECT_FALSE(found.has_value());
}

TEST_F(HttpTriggers, HaveAnIntervalAndNoAllowFailed) {
  EXPECT_TRUE(parse("uri: u").ok());
  EXPECT_TRUE(parse("uri: u, interval: PT3S").ok());
  EXPECT_FALSE(parse("uri: u, interval: soon").ok());
  EXPECT_FALSE(parse("uri: u, allowFailed: true").ok());
  EXPECT_FALSE(parse("interval: PT3S").ok()) << "where to ask must be said";
  EXPECT_EQ(core::http_trigger().kind, plugin::TriggerKind::polling);
}

}  // namespace
}  // namespace gyr::plugins::testing
