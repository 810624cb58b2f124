// Cross-origin requests (API-26).
#include "web/http/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using test::Call;
using test::Harness;
using test::HarnessOptions;
using test::Reply;

using ::testing::Optional;

net::ServerRequest request(std::string method, std::vector<std::pair<std::string, std::string>> headers) {
  net::ServerRequest made;
  made.method = std::move(method);
  for (auto& [name, value] : headers) made.headers.add(std::move(name), std::move(value));
  return made;
}

net::ServerRequest preflight(std::string origin, std::string method, std::string headers = "") {
  auto made = request("OPTIONS", {{"Host", "gyr.example.com"}, {"Origin", std::move(origin)}});
  made.headers.add("Access-Control-Request-Method", std::move(method));
  if (!headers.empty()) made.headers.add("Access-Control-Request-Headers", std::move(headers));
  return made;
}

const CorsRule portal{.origins = {"https://portal.example.com"},
                      .origin_pattern = R"(https://[a-z]+\.apps\.example\.com)",
                      .methods = {"GET", "POST"},
                      .headers = {"Authorization", "Content-Type"},
                      .exposed_headers = {"ETag", "Location"},
                      .max_age_s = 60};

TEST(CorsTest, ItIsOffWithoutRules) {  // API-26
  const Cors cors({}, "");
  EXPECT_FALSE(cors.answer(preflight("https://portal.example.com", "GET")).has_value());
  net::ServerResponse response;
  cors.add_headers(request("GET", {{"Origin", "https://portal.example.com"}}).headers, response);
  EXPECT_TRUE(response.headers.fields().empty());
}

TEST(CorsTest, AnswersAPreflightOfAListedOrigin) {  // API-26
  const Cors cors({portal}, "");
  const auto answer = cors.answer(preflight("https://portal.example.com", "POST", "content-type, authorization"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->headers.get("Access-Control-Allow-Origin"), Optional(std::string("https://portal.example.com")));
  EXPECT_THAT(answer->headers.get("Access-Control-Allow-Methods"), Optional(std::string("POST")));
  EXPECT_THAT(answer->headers.get("Access-Control-Allow-Headers"),
              Optional(std::string("content-type, authorization")));
  EXPECT_THAT(answer->headers.get("Access-Control-Allow-Credentials"), Optional(std::string("true")));
  EXPECT_THAT(answer->headers.get("Access-Control-Max-Age"), Optional(std::string("60")));
  EXPECT_THAT(answer->headers.get("Vary"), Optional(std::string("Origin")));
}

TEST(CorsTest, AnOriginCanMatchThePattern) {  // API-26
  const Cors cors({portal}, "");
  EXPECT_EQ(cors.answer(preflight("https://sales.apps.example.com", "GET"))->status, 200);
  for (const char* other : {"https://sales.apps.example.com.evil.example", "http://sales.apps.example.com",
                            "https://portal.example.com.evil.example", "null", "https://", "\xff\xfe", "*"}) {
    EXPECT_EQ(cors.answer(preflight(other, "GET"))->status, 403) << other;
    EXPECT_FALSE(cors.answer(preflight(other, "GET"))->headers.get("Access-Control-Allow-Origin")) << other;
    // A request that is not a pre-flight is refused before anything is done.
    EXPECT_EQ(cors.answer(request("POST", {{"Host", "gyr.example.com"}, {"Origin", other}}))->status, 403) << other;
  }
}

TEST(CorsTest, RefusesMethodsAndHeadersThatAreNotListed) {  // API-26
  const Cors cors({portal}, "");
  EXPECT_EQ(cors.answer(preflight("https://portal.example.com", "DELETE"))->status, 403);
  EXPECT_EQ(cors.answer(preflight("https://portal.example.com", "GET", "X-Other"))->status, 403);
  const auto direct = request("DELETE", {{"Host", "gyr.example.com"}, {"Origin", "https://portal.example.com"}});
  EXPECT_EQ(cors.answer(direct)->status, 403);
}

TEST(CorsTest, PagesOfThisServerAreNotCrossOrigin) {  // API-26
  const Cors cors({portal}, "https://Flows.example.com/base/");
  EXPECT_FALSE(cors.answer(request("POST", {{"Host", "gyr:8080"}, {"Origin", "http://gyr:8080"}})).has_value());
  EXPECT_FALSE(cors.answer(request("POST", {{"Host", "gyr:8080"}, {"Origin", "https://flows.example.com"}})));
  EXPECT_EQ(cors.answer(request("POST", {{"Host", "gyr:8080"}, {"Origin", "http://flows.example.com"}}))->status, 403);
  EXPECT_FALSE(cors.answer(request("GET", {{"Host", "gyr:8080"}})).has_value());  // not of a browser
}

TEST(CorsTest, AddsTheHeadersOfAnswers) {  // API-26
  const Cors cors({portal}, "");
  net::ServerResponse response;
  cors.add_headers(request("GET", {{"Host", "g"}, {"Origin", "https://portal.example.com"}}).headers, response);
  EXPECT_THAT(response.headers.get("Access-Control-Allow-Origin"), Optional(std::string("https://portal.example.com")));
  EXPECT_THAT(response.headers.get("Access-Control-Expose-Headers"), Optional(std::string("ETag, Location")));
  EXPECT_THAT(response.headers.get("Vary"), Optional(std::string("Origin")));
  net::ServerResponse other;  // a cache must not give it to a page of another origin
  cors.add_headers(request("GET", {{"Host", "g"}}).headers, other);
  EXPECT_THAT(other.headers.get("Vary"), Optional(std::string("Origin")));
  EXPECT_FALSE(other.headers.get("Access-Control-Allow-Origin"));
}

TEST(CorsTest, ARuleWithoutListsAllowsEverything) {  // API-26
  const Cors cors({CorsRule{}}, "");
  const auto answer = cors.answer(preflight("https://anything.example", "PATCH", "X-Any"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  // The origin itself and not `*`, which browsers refuse together with credentials.
  EXPECT_THAT(answer->headers.get("Access-Control-Allow-Origin"), Optional(std::string("https://anything.example")));
  EXPECT_EQ(cors.answer(preflight("null", "GET"))->status, 403) << "it has to be listed";
  const Cors broken({CorsRule{.origin_pattern = "("}}, "");
  EXPECT_EQ(broken.answer(preflight("https://anything.example", "GET"))->status, 403);
}

TEST(CorsTest, TheServerAnswersPreflightsBeforeTheLogin) {  // API-26
  HarnessOptions options{.username = "admin@example.com", .password = "Secret123"};
  options.settings.cors = {portal};
  Harness harness(std::move(options));
  const auto call = [&harness](std::string method, std::string origin, std::string wanted) {
    Call made{std::move(method), "executions/search", {}, {}, {{"Origin", std::move(origin)}}};
    if (!wanted.empty()) made.headers.emplace_back("Access-Control-Request-Method", std::move(wanted));
    return harness.call(std::move(made));
  };
  EXPECT_EQ(call("OPTIONS", "https://portal.example.com", "GET").status, 200);
  EXPECT_EQ(call("OPTIONS", "https://other.example.com", "GET").status, 403);
  const Reply refused = call("GET", "https://portal.example.com", "");
  EXPECT_EQ(refused.status, 401) << "a page reads why it was refused";
  EXPECT_THAT(refused.headers.get("Access-Control-Allow-Origin"), Optional(std::string("https://portal.example.com")));
  EXPECT_EQ(call("GET", "https://other.example.com", "").status, 403);
}

}  // namespace
}  // namespace gyr::web
