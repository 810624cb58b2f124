#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;

struct SearchEverything : ::testing::Test {
  SearchEverything() {
    server.deploy(test::log_flow("company.team", "daily-report", R"(
triggers:
  - {id: nightly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 * * *"}
)"));
    server.deploy(test::log_flow("company.team", "other", "labels: {customer: acme}\n"));
    EXPECT_EQ(server.send("PUT", "namespaces/company.team/kv/api_token", "1", "text/plain").status, 200);
  }
  /// `kind:title` of what is found, the best first.
  std::vector<std::string> found(const std::string& query) {
    const auto reply = server.get("search?" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    std::vector<std::string> texts;
    if (reply.status != 200) return texts;
    int64_t last = INT64_MAX;
    for (const Value& one : reply.json().items()) {
      texts.push_back(fmt::format("{}:{}", one.find("kind")->text(), one.find("title")->text()));
      EXPECT_LE(one.find("score")->as_integer(), last);
      last = one.find("score")->as_integer();
      EXPECT_THAT(std::string(one.find("url")->text()), ::testing::StartsWith("/ui/main/"));
    }
    return texts;
  }
  using Texts = std::vector<std::string>;
  Harness server;
};

TEST_F(SearchEverything, FindsEachKindByAPartOfItsName) {  // UI-1080
  EXPECT_EQ(found("q=report&kinds=flow"), Texts{"flow:daily-report"});
  EXPECT_EQ(found("q=DAILY%20rep&kinds=flow"), Texts{"flow:daily-report"});
  EXPECT_EQ(found("q=team%20report&kinds=flow"), Texts{"flow:daily-report"}) << "a word in the namespace";
  EXPECT_EQ(found("q=report%20nothing&kinds=flow"), Texts());
  EXPECT_EQ(found("q=night&kinds=trigger"), Texts{"trigger:nightly"});
  EXPECT_EQ(found("q=company&kinds=namespace"), (Texts{"namespace:company", "namespace:company.team"}));
  EXPECT_EQ(found("q=token&kinds=key"), Texts{"key:api_token"});
  EXPECT_EQ(found("q=OutputValues&kinds=plugin"), Texts{"plugin:OutputValues"});
  EXPECT_EQ(found("q=concurrency&kinds=page"), Texts{"page:Concurrency limits"});
  EXPECT_EQ(found("q=webhook&kinds=blueprint"), Texts{"blueprint:Webhook"});
  EXPECT_EQ(found("q=flows&kinds=flow,page"), Texts{"page:Flows"});
  const std::set<std::string> kinds = [&] {
    std::set<std::string> all;
    for (const std::string& one : found("q=o&size=100")) all.insert(one.substr(0, one.find(':')));
    return all;
  }();
  for (const char* kind : {"flow", "namespace", "key", "plugin", "page"}) EXPECT_TRUE(kinds.contains(kind)) << kind;
}

TEST_F(SearchEverything, FindsExecutionsByIdAndLabel) {  // UI-1080
  const std::string id = server.run("company.team", "other");
  server.wait_for_end(id);
  const std::string second = server.run("company.team", "daily-report");
  server.wait_for_end(second);
  EXPECT_EQ(found("q=" + id).front(), "execution:" + id) << "before everything else";
  EXPECT_EQ(found("q=%20" + id + "%20").front(), "execution:" + id);
  const auto by_beginning = found("kinds=execution&q=" + id.substr(0, 8));
  EXPECT_THAT(by_beginning, ::testing::Contains("execution:" + id));
  EXPECT_EQ(found("kinds=execution&q=acme"), Texts{"execution:" + id});
  EXPECT_EQ(found("kinds=execution&q=daily"), Texts()) << "the flow is found, not its executions";
  const auto reply = server.get("search?kinds=execution&q=" + id);
  const Value one = reply.json().items()[0];
  EXPECT_EQ(one.find("state")->text(), "SUCCESS");
  EXPECT_EQ(one.find("url")->text(), "/ui/main/executions/company.team/other/" + id);
  EXPECT_EQ(one.find("marks")->items()[0].items()[1].as_integer(), static_cast<int64_t>(id.size()));
}

TEST_F(SearchEverything, HasTheRequestedSize) {
  EXPECT_EQ(found("q=o&size=3").size(), 3u);
  EXPECT_LE(found("q=o&size=1000000").size(), 100u);
}

TEST_F(SearchEverything, RefusesGarbage) {
  EXPECT_EQ(server.get("search").status, 400);
  EXPECT_EQ(found("q="), Texts());
  EXPECT_EQ(found("q=%20"), Texts());
  EXPECT_EQ(server.get("search?q=a&kinds=nothing").status, 422);
  EXPECT_EQ(server.get("search?q=a&kinds=,").status, 422);
  EXPECT_EQ(server.get("search?q=a&size=0").status, 422);
  EXPECT_EQ(server.get("search?q=" + std::string(1'001, 'a')).status, 422);
  for (const char* text :
       {"%25", "%27%3B%20DROP%20TABLE", "%C3%A9", "%F0%9F%98%80", "%3Cscript%3E", "(", "*", "_", "%5C"})
    EXPECT_EQ(server.get(std::string("search?q=") + text).status, 200) << text;
}

}  // namespace
}  // namespace gyr::web
