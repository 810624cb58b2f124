#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;

std::string filter(std::string_view name, std::string_view more = "", std::string_view page = "executions") {
  return fmt::format(R"({{"page": "{}", "name": "{}", "query": "filters[state][IN]=FAILED,WARNING"{}}})", page, name,
                     more);
}

/// A server without a login.
struct SavedFilters : ::testing::Test {
  Reply save(std::string body) { return server.post_json("me/filters", std::move(body)); }
  Reply change(const std::string& id, std::string body) {
    return server.send("PUT", "me/filters/" + id, std::move(body), "application/json");
  }
  std::string names(const std::string& query = "") {
    std::string text;
    for (const Value& one : server.get("me/filters" + query).json().items()) {
      text += fmt::format("{}{}{}{} ", one.find("page")->text(), '/', one.find("name")->text(),
                          one.find("default")->as_boolean() ? "*" : "");
    }
    return text;
  }
  Harness server;
};

TEST_F(SavedFilters, AreKeptUntilTheyAreDeleted) {  // UI-128
  const Reply saved = save(filter("broken"));
  ASSERT_EQ(saved.status, 200) << saved.body;
  const std::string id = saved.text({"id"});
  EXPECT_EQ(saved.text({"query"}), "filters[state][IN]=FAILED,WARNING");
  EXPECT_EQ(saved.text({"owner"}), "anonymous");
  EXPECT_FALSE(saved.at({"shared"}).as_boolean());
  EXPECT_EQ(server.get("me/filters/" + id).body, saved.body);
  ASSERT_EQ(save(filter("all", "", "logs")).status, 200);
  EXPECT_EQ(names(), "executions/broken logs/all ");
  EXPECT_EQ(names("?page=logs"), "logs/all ");
  EXPECT_EQ(names("?page=none"), "");
  ASSERT_EQ(change(id, filter("mended")).status, 200);
  EXPECT_EQ(names("?page=executions"), "executions/mended ");
  EXPECT_EQ(server.send("DELETE", "me/filters/" + id).status, 204);
  EXPECT_EQ(names(), "logs/all ");
  EXPECT_EQ(server.send("DELETE", "me/filters/" + id).status, 404);
  EXPECT_EQ(server.get("me/filters/" + id).status, 404);
  EXPECT_EQ(change(id, filter("again")).status, 404) << "what is gone is not made again";
}

TEST_F(SavedFilters, NamesAreUniqueAndOneIsTheDefaultOfAPage) {  // UI-128
  ASSERT_EQ(save(filter("a", R"(, "default": true)")).status, 200);
  const Reply twice = save(filter("a"));
  EXPECT_EQ(twice.status, 422);
  EXPECT_THAT(twice.body, HasSubstr("name"));
  EXPECT_EQ(save(filter("a", "", "logs")).status, 200) << "on another page";
  const std::string id = save(filter("b", R"(, "default": true)")).text({"id"});
  EXPECT_EQ(names("?page=executions"), "executions/a executions/b* ");
  EXPECT_EQ(change(id, filter("a")).status, 422);
  EXPECT_EQ(change(id, filter("b")).status, 200) << "its own name";
  EXPECT_EQ(names("?page=executions"), "executions/a executions/b ");
}

TEST_F(SavedFilters, ASharedOneMovesBetweenItsOwnerAndTheTenant) {
  const std::string id = save(filter("a")).text({"id"});
  for (const bool shared : {true, false, true}) {
    ASSERT_EQ(change(id, filter("a", fmt::format(R"(, "shared": {})", shared))).status, 200);
    const Value list = server.get("me/filters").json();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list.items()[0].find("shared")->as_boolean(), shared);
  }
}

TEST_F(SavedFilters, RefuseGarbage) {
  for (const char* body :
       {"", "[]", "null", "{}", R"({"page": "x"})", R"({"page": "x", "name": "n"})",
        R"({"page": "x", "name": "n", "query": ""})", R"({"page": "x", "name": "n", "query": "%zz"})",
        R"({"page": "x", "name": "n", "query": 1})", R"({"page": "", "name": "n", "query": "a=b"})",
        R"({"page": "a b", "name": "n", "query": "a=b"})", R"({"page": "<b>", "name": "n", "query": "a=b"})",
        R"({"page": "x", "name": " ", "query": "a=b"})", R"({"page": "x", "name": "n", "query": "a=b", "default": 1})",
        R"({"page": "x", "name": "n", "query": "a=b", "shared": "yes"})"}) {
    const int status = save(body).status;
    EXPECT_TRUE(status == 400 || status == 422) << body << " " << status;
  }
  EXPECT_EQ(save(filter(std::string(257, 'n'))).status, 422);
  EXPECT_EQ(save(fmt::format(R"({{"page": "x", "name": "n", "query": "a={}"}})", std::string(4'096, 'x'))).status, 422);
  EXPECT_EQ(save(R"({"page": "x", "name": "<b>\u0000'; --", "query": "q=%3Cscript%3E"})").status, 200);
  EXPECT_EQ(server.get("me/filters/%00").status, 422);
  for (int i = 1; i < 200; ++i) ASSERT_EQ(save(filter(fmt::format("n{}", i))).status, 200);
  EXPECT_EQ(save(filter("one too many")).status, 422);
  EXPECT_EQ(server.get("me/filters").json().size(), 200u);
}

TEST(SavedFiltersOfUsers, OthersSeeASharedOneAndOnlyItsOwnerChangesIt) {  // UI-128
  test::HarnessOptions options;
  options.username = "a@b.c";
  options.password = "Secret123";
  Harness server(options);
  EXPECT_EQ(server.get("me/filters").status, 401);
  // Of somebody who had another name before: the installation has one account.
  store::Batch batch;
  batch.documents.push_back(
      {.kind = "shared-filters",
       .key = "main",
       .updated = server.clock().now(),
       .expires = {},
       .content = R"([{"id": "f1", "page": "executions", "name": "theirs", "query": "q=x", "default": true,)"
                  R"( "shared": true, "owner": "x@y.z"}])"});
  batch.documents.push_back(
      {.kind = "filters",
       .key = "main/x@y.z",
       .updated = server.clock().now(),
       .expires = {},
       .content = R"([{"id": "f2", "page": "executions", "name": "private", "query": "q=x", "default": false,)"
                  R"( "shared": false, "owner": "x@y.z"}])"});
  ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)));
  const std::vector<std::pair<std::string, std::string>> login{
      {"Authorization", "Basic " + base::base64_encode("a@b.c:Secret123")}};
  const auto call = [&](std::string method, std::string target, std::string body = {}) {
    return server.call({std::move(method), std::move(target), body, body.empty() ? "" : "application/json", login});
  };
  ASSERT_EQ(call("POST", "me/filters", filter("theirs")).status, 200) << "a name of somebody else";
  const Value list = call("GET", "me/filters").json();
  ASSERT_EQ(list.size(), 2u);
  for (const Value& one : list.items()) {
    EXPECT_EQ(one.find("name")->text(), "theirs");
    EXPECT_FALSE(one.find("default")->as_boolean()) << "the default of somebody else";
  }
  EXPECT_EQ(call("GET", "me/filters/f1").status, 200);
  EXPECT_EQ(call("GET", "me/filters/f2").status, 404);
  EXPECT_EQ(call("PUT", "me/filters/f1", filter("mine")).status, 403);
  EXPECT_EQ(call("DELETE", "me/filters/f1").status, 403);
  EXPECT_EQ(call("DELETE", "me/filters/f2").status, 404);
}

}  // namespace
}  // namespace gyr::web
