// The connectors of the program pass the tests that they carry; a connector that makes no sense is refused with its
// line.
#include "connectors/connectors.h"

#include <gmock/gmock.h>

#include "connectors/read_definition.h"
#include "connectors/replay.h"
#include "connectors/request_text.h"
#include "connectors/testing/run_task.h"
#include "connectors/token_cache.h"
#include "embedded/connectors.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;
using testing::first_problem;
using ::testing::HasSubstr;

TEST(Connectors, PassTheirTests) {  // PLUG-722
  size_t tests = 0;
  for (const base::EmbeddedFile& file : embedded::connectors()) {
    base::Result<void> loaded;
    for (const ReplayResult& result : replay(file.name, file.content, &loaded)) {
      EXPECT_EQ(result.problem, "") << file.name << ": " << result.type << ": " << result.test;
      ++tests;
    }
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message();
  }
  EXPECT_GE(tests, 140U);
}

TEST(Connectors, HaveAliases) {  // PLUG-2, PLUG-230, PLUG-296
  plugin::Registry registry;
  register_connectors(registry);
  for (std::string_view alias :
       {"io.kestra.plugin.slack.SlackIncomingWebhook", "io.kestra.plugin.notifications.slack.SlackIncomingWebhook",
        "io.kestra.plugin.notifications.pagerduty.PagerDutyAlert", "io.kestra.plugin.ee.netbox.CreateDevice",
        "io.kestra.plugin.ee.netbox.UpdateDevice", "io.kestra.plugin.ee.netbox.ListDevices",
        "io.kestra.plugin.ee.netbox.ListSites", "io.kestra.plugin.ee.netbox.AssignIpAddress"}) {
    EXPECT_NE(registry.task(alias), nullptr) << alias;
  }
}

TEST(Connectors, HaveExamplesThatAreValid) {  // PLUG-775
  plugin::Registry registry;
  register_connectors(registry);
  size_t count = 0;
  for (const auto& definition : embedded_connectors()) {
    for (const ElementSpec& element : definition->elements) {
      auto node = syntax::parse_yaml(element.example);
      ASSERT_TRUE(node.has_value()) << element.type << ": " << node.error().message();
      model::TaskSpec task;
      model::BindContext binding(registry);
      model::Binder<model::TaskSpec>::bind(*node, task, binding);
      for (const auto& found : binding.diagnostics()) {
        if (found.severity == syntax::Severity::error) ADD_FAILURE() << element.type << ": " << found.message;
      }
      EXPECT_EQ(task.type, element.type);
      EXPECT_EQ(registry.task(element.type)->examples.front().code, element.example);
      ++count;
    }
  }
  EXPECT_GE(count, 45U);
}

constexpr std::string_view small = R"(connector: c
title: C
elements:
  - type: a.B
    title: T
    properties:
      x: {title: X, required: true}
    steps:
      - id: one
        request: {method: GET, url: "https://h.example/{{ props.x }}"}
    outputs:
      body: {title: Body, value: "{{ steps.one.body }}"}
    example: |
      id: t
      type: a.B
      x: y
    tests:
      - {name: good, properties: {x: y}, exchanges: [{request: {method: GET, url: "https://h.example/y"}, response: {status: 200, json: [1]}}], outputs: {body: [1]}}
      - {name: bad, properties: {x: y}, exchanges: [{request: {method: GET, url: "https://h.example/y"}, response: {status: 500, text: broken}}], error: broken}
)";

std::string with(std::string_view from, std::string_view to) { return testing::replaced(std::string(small), from, to); }

std::string problem_of(const std::string& text) {
  auto read = read_definition("c.yaml", text);
  return read ? std::string() : read.error().message();
}

TEST(Connectors, AreCheckedWhenTheyAreLoaded) {  // PLUG-710
  EXPECT_EQ(problem_of(std::string(small)), "");
  EXPECT_THAT(problem_of(with("title: T", "tittle: T")), HasSubstr("c.yaml:5: elements[0]"));
  EXPECT_THAT(problem_of(with("method: GET, url", "method: GIVE, url")), HasSubstr("c.yaml:10"));
  EXPECT_THAT(problem_of(with("title: X, required", "title: X, type: text, required")), HasSubstr("c.yaml:7"));
  EXPECT_THAT(problem_of(with("- id: one", "- id: 'a b'")), HasSubstr("c.yaml:9"));
  EXPECT_THAT(problem_of(with("error: broken", "outputs: {}")), HasSubstr("one that fails"));
  EXPECT_THAT(problem_of(with("    outputs:", "    atLeastOneOf: [[y]]\n    outputs:")),
              HasSubstr("unknown property `y`"));
  for (std::string_view text : {"", "[]", "a", "{", "connector: c", "connector: {}\ntitle: []\nelements: 1", "\t"}) {
    EXPECT_NE(problem_of(std::string(text)), "") << text;
  }
}

TEST(Connectors, ATestThatIsWrongFails) {
  EXPECT_EQ(first_problem(std::string(small)), "");
  EXPECT_EQ(first_problem(with("https://h.example/{{", "https://h.example/z{{")),
            "good: the request is GET https://h.example/zy, not GET https://h.example/y");
  EXPECT_EQ(first_problem(with("{body: [1]}", "{body: [2]}")),
            "good: the outputs are {\"body\":[1]}, not {\"body\":[2]}");
  EXPECT_THAT(first_problem(with("error: broken", "error: other")),
              HasSubstr("bad: it failed with: C: GET failed with status 500"));
  EXPECT_THAT(first_problem(with("status: 500", "status: 200")), HasSubstr("bad: it succeeded"));
  EXPECT_THAT(first_problem(with("properties: {x: y}", "properties: {}")), HasSubstr("good: "));
}

TEST(Connectors, AServiceThatIsDownIsAskedAgain) {  // PLUG-714: the reset of a limit is not the end of a fault
  const std::string text = with(
      "exchanges: [{request: {method: GET, url: \"https://h.example/y\"}, response: {status: 200, json: [1]}}]",
      "exchanges: [{request: {method: GET, url: \"https://h.example/y\"}, response: {status: 503, headers: "
      "{x-ratelimit-reset: '1700003600'}}}, {request: {method: GET, url: \"https://h.example/y\"}, response: {status: "
      "200, json: [1]}}]");
  EXPECT_EQ(first_problem(text), "");
}

TEST(Connectors, ARenewedTokenIsUsedForTheNextPages) {  // PLUG-711, PLUG-715
  std::string text = with("elements:", R"(http:
  auth:
    - {type: oauth2Password, tokenUrl: "https://h.example/token", clientId: c, clientSecret: s, username: u, password: p}
elements:)");
  const std::string_view plain =
      "exchanges: [{request: {method: GET, url: \"https://h.example/y\"}, response: {status: "
      "200, json: [1]}}], outputs: {body: [1]}";
  const std::string_view paged = R"(exchanges: [
          {request: {method: POST, url: "https://h.example/token"}, response: {json: {access_token: old, expires_in: 3600}}},
          {request: {method: GET, url: "https://h.example/y", headers: {Authorization: Bearer old}}, response: {status: 401}},
          {request: {method: POST, url: "https://h.example/token"}, response: {json: {access_token: new, expires_in: 3600}}},
          {request: {method: GET, url: "https://h.example/y", headers: {Authorization: Bearer new}},
           response: {headers: {Link: '<https://h.example/2>; rel="next"'}, json: [1]}},
          {request: {method: GET, url: "https://h.example/2", headers: {Authorization: Bearer new}}, response: {json: [2]}}],
         outputs: {body: [1, 2]})";
  text = testing::replaced(text, plain, paged);
  text = testing::replaced(text, "steps.one.body", "steps.one.rows");
  text = testing::replaced(text, "props.x }}\"}", "props.x }}\"}\n        pages: {rows: \"{{ response.body }}\"}");
  EXPECT_EQ(first_problem(text), "");
}

TEST(TokenCache, KeepsNoSecretsInItsKeysAndNoExpiredTokens) {  // PLUG-711
  const std::string key = TokenCache::key_of({"main", "client-secret"});
  EXPECT_EQ(key.find("client-secret"), std::string::npos);
  EXPECT_NE(key, TokenCache::key_of({"main", "client-secre", "t"}));
  TokenCache cache;
  auto at = [](int64_t seconds) { return base::Instant{.seconds = seconds}; };
  cache.put(key, "one", at(100), at(0));
  EXPECT_EQ(cache.find(key, at(99)), "one");
  EXPECT_EQ(cache.find(key, at(100)), std::nullopt);
  cache.put(TokenCache::key_of({"main", "other"}), "two", at(200), at(100));
  EXPECT_EQ(cache.size(), 1U) << "what has expired is removed";
  cache.drop(TokenCache::key_of({"main", "other"}), "an older one");
  EXPECT_EQ(cache.size(), 1U) << "a newer token is dropped for an older one";
  cache.drop(TokenCache::key_of({"main", "other"}), "two");
  EXPECT_EQ(cache.size(), 0U);
}

TEST(RequestText, EncodesWhatLeadsElsewhere) {  // PLUG-712
  auto list = [](std::string_view text) { return *syntax::parse_json(text); };
  EXPECT_EQ(*path_of(list(R"(["a b", ["c/d", "é"], null, 7])")), "/a%20b/c%2Fd/%C3%A9/7");
  for (std::string_view bad : {R"([".."])", R"(["."])", R"([""])", R"(["a", ["b", ".."]])"})
    EXPECT_FALSE(path_of(list(bad)).has_value()) << bad;
  EXPECT_EQ(query_of(list(R"({"a": "x&y=z", "b": null, "c": [1, "2"]})")), "a=x%26y%3Dz&c=1&c=2");
  EXPECT_EQ(without_nulls(list(R"({"a": null, "b": {"c": null, "d": [null]}})")), list(R"({"b": {"d": [null]}})"));
}

TEST(RequestText, FindsTheNextPage) {  // PLUG-715
  EXPECT_EQ(next_link(R"(<https://a/1>; rel="prev", <https://a/3>; rel="next")"), "https://a/3");
  for (std::string_view none : {"", "<", ">", "><; rel=\"next\"", "<a>; rel=\"prev\"", ",,,"})
    EXPECT_EQ(next_link(none), std::nullopt) << none;
}

}  // namespace
}  // namespace gyr::connectors
