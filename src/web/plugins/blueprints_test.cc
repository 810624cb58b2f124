// Ready flows (API-112).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Blueprints, AreListedFoundAndReadInPages) {
  Harness server;
  const auto first = server.get("blueprints/community/flow");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.at({"results"}).size(), 1u) << "API-27: their size is 1 where none is named";
  const auto all = server.get("blueprints/community/flow?size=100");
  EXPECT_EQ(all.at({"results"}).size(), static_cast<size_t>(all.at({"total"}).as_integer()));
  EXPECT_GE(all.at({"results"}).size(), 10u);
  for (const Value& entry : all.at({"results"}).items()) {
    const std::string id(entry.find("id")->text());
    EXPECT_FALSE(entry.find("title")->text().empty()) << id;
    const auto source = server.get("blueprints/community/flow/" + id + "/source");
    EXPECT_THAT(source.body, HasSubstr("\nnamespace: ")) << id;
    EXPECT_THAT(source.body, Not(HasSubstr("# expect:"))) << id;
    EXPECT_EQ(server.get("blueprints/community/flow/" + id).text({"source"}), source.body);
    if (source.body.find("io.kestra.plugin.scripts.") != std::string::npos)
      continue;  // the server of this test has the core types alone
    EXPECT_GE(entry.find("tags")->size(), 1u) << id << ": it must be a valid flow";
    EXPECT_GE(server.get("blueprints/community/flow/" + id + "/graph").at({"nodes"}).size(), 2u) << id;
  }
  const auto webhooks = server.get("blueprints/community/flow?size=100&q=WEBHOOK");
  ASSERT_GE(webhooks.at({"results"}).size(), 1u);
  EXPECT_LT(webhooks.at({"total"}).as_integer(), all.at({"total"}).as_integer());
  EXPECT_GE(server.get("blueprints/community/flow?tags=core.trigger").at({"total"}).as_integer(), 1);
  EXPECT_GE(server.get("blueprints/community/flow/tags").json().size(), 3u);
}

TEST(Blueprints, AreFoundWithoutAKind) {  // API-5
  Harness server;
  for (const char* path : {"", "/tags", "?size=3&q=webhook&sort=id:desc"}) {
    const std::string with_kind = std::string("blueprints/community/flow") + path;
    const auto reply = server.get(std::string("blueprints/community") + path);
    EXPECT_EQ(reply.status, 200) << path << reply.body;
    EXPECT_EQ(reply.body, server.get(with_kind).body) << path;
  }
  const auto moved = server.get("blueprints/community/hello");
  EXPECT_EQ(moved.status, 307);
  EXPECT_EQ(moved.header("Location"), "/api/v1/main/blueprints/community/flow/hello");
  for (const char* path : {"hello/source", "hello/graph"}) {
    const auto reply = server.get(std::string("blueprints/community/") + path);
    EXPECT_EQ(reply.status, 200) << path << reply.body;
    EXPECT_EQ(reply.body, server.get(std::string("blueprints/community/flow/") + path).body) << path;
  }
  EXPECT_EQ(server.get("blueprints/community/nothing/source").status, 404);
  EXPECT_EQ(server.get("blueprints/community/nothing").at({"total"}).as_integer(), 0) << "a kind that has none";
}

TEST(Blueprints, CanBeSavedAsTheyAre) {
  Harness server;
  const auto source = server.get("blueprints/community/flow/hello/source");
  EXPECT_THAT(source.header("Content-Type"), StartsWith("application/x-yaml"));
  EXPECT_EQ(server.send("POST", "flows", source.body, "application/x-yaml").status, 200);
}

TEST(Blueprints, AreFilteredAndSorted) {  // API-28, API-30, API-112
  Harness server;
  const auto total = [&server](const std::string& query) {
    return server.get("blueprints/community/FLOW?size=100&" + query).at({"total"}).as_integer();
  };
  const int64_t all = total("");
  EXPECT_GE(all, 10) << "kinds are known in either case";
  const int64_t triggered = total("tags=core.trigger");
  EXPECT_EQ(total("filters[tags][EQUALS]=core.trigger"), triggered);
  EXPECT_EQ(total("filters[tags][NOT_IN]=core.trigger"), all - triggered);
  EXPECT_GE(total("tags=core.trigger&tags=core.log"), triggered) << "one of the tags is enough";
  EXPECT_EQ(total("filters[q][EQUALS]=webhook"), total("q=webhook"));
  const auto titles = server.get("blueprints/community/flow?size=100&sort=title:desc").at({"results"});
  EXPECT_GE(titles.items()[0].find("title")->text(), titles.items()[1].find("title")->text());
  EXPECT_EQ(server.get("blueprints/community/flow?sort=colour").status, 422);
  const size_t all_tags = server.get("blueprints/community/flow/tags").json().size();
  const size_t some_tags = server.get("blueprints/community/flow/tags?q=webhook").json().size();
  EXPECT_GT(some_tags, 0u);
  EXPECT_LT(some_tags, all_tags) << "only those of the blueprints that are found";
  EXPECT_EQ(server.get("blueprints/community/flow/tags?filters[q][EQUALS]=webhook").json().size(), some_tags);
  EXPECT_EQ(server.get("blueprints/community/flow/tags?filters[colour][EQUALS]=x").status, 400);
  EXPECT_EQ(server.get("blueprints/community/flow?filters[colour][EQUALS]=x").status, 400);
}

TEST(Blueprints, OfOtherKindsAreNone) {
  Harness server;
  EXPECT_EQ(server.get("blueprints/community/app").at({"total"}).as_integer(), 0);
  EXPECT_EQ(server.get("blueprints/community/flow/nothing").status, 404);
  EXPECT_EQ(server.get("blueprints/community/app/hello").status, 404);
}

}  // namespace
}  // namespace gyr::web
