// Logging in by a session: cookies, CSRF, the first account; what the pages keep for a user.
#include "web/http/sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "security/basic_auth.h"
#include "store/store.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Call;
using test::Harness;
using test::HarnessOptions;
using test::Reply;
using ::testing::HasSubstr;

constexpr const char* right_pair = R"({"username": "a@b.c", "password": "Secret123"})";

HarnessOptions with_login() {
  HarnessOptions options;
  options.username = "a@b.c";
  options.password = "Secret123";
  return options;
}
HarnessOptions without_account() {
  HarnessOptions options;
  options.settings.stores_account = true;
  return options;
}

/// The value of a cookie that an answer sets.
std::string cookie_of(const Reply& reply, std::string_view name) {
  for (std::string_view line : reply.headers.all("Set-Cookie")) {
    if (!line.starts_with(std::string(name) + "=")) continue;
    return std::string(line.substr(name.size() + 1, line.find(';') - name.size() - 1));
  }
  return "";
}

struct Browser {
  explicit Browser(Harness& harness) : harness(harness) {}
  int login(std::string_view pair = right_pair) {
    const Reply reply = harness.post_json("/api/v1/login", std::string(pair));
    session = cookie_of(reply, "GYR_SESSION");
    csrf = cookie_of(reply, "csrfToken");
    return reply.status;
  }
  Reply call(std::string method, std::string target, std::string body = {},
             std::vector<std::pair<std::string, std::string>> headers = {}) const {
    headers.emplace_back("Cookie", "GYR_SESSION=" + session + "; csrfToken=" + csrf);
    return harness.call({std::move(method), std::move(target), std::move(body),
                         body.empty() && method != "PUT" ? "" : "application/json", std::move(headers)});
  }
  int put(std::vector<std::pair<std::string, std::string>> headers) const {
    headers.emplace_back("Cookie", "GYR_SESSION=" + session + "; csrfToken=" + csrf);
    return harness.call({"PUT", "/api/v1/main/me/bookmarks", "[]", "application/json", std::move(headers)}).status;
  }
  Harness& harness;
  std::string session, csrf;
};

TEST(Session, OnlyRequestsOfPagesGetNoChallenge) {  // AUTH-11
  Harness harness(with_login());
  const auto challenged = [&](std::vector<std::pair<std::string, std::string>> headers) {
    const Reply reply = harness.call({"GET", "flows/search", {}, "", std::move(headers)});
    EXPECT_EQ(reply.status, 401);
    return reply.headers.get("WWW-Authenticate").has_value();
  };
  EXPECT_TRUE(challenged({}));
  EXPECT_FALSE(challenged({{"X-Requested-With", "XMLHttpRequest"}}));
  EXPECT_FALSE(challenged({{"Referer", "http://server/ui/main/login?from=/"}}));
}

TEST(Session, IsACookieWithoutThePassword) {  // AUTH-12
  Harness harness(with_login());
  const Reply reply = harness.post_json("/api/v1/login", right_pair);
  ASSERT_EQ(reply.status, 200) << reply.body;
  for (std::string_view line : reply.headers.all("Set-Cookie")) {
    EXPECT_THAT(std::string(line), HasSubstr("SameSite=Lax"));
    EXPECT_EQ(line.contains("HttpOnly"), line.starts_with("GYR_SESSION=")) << line;
    EXPECT_FALSE(line.contains(base::base64_encode("a@b.c:Secret123"))) << line;
  }
  EXPECT_EQ(cookie_of(reply, "GYR_SESSION").size(), 64u);
  EXPECT_EQ(cookie_of(reply, "kestraBasicAuthenticated"), "true");
  Browser browser(harness);
  EXPECT_EQ(browser.call("GET", "flows/search").status, 401);
  ASSERT_EQ(browser.login(), 200);
  EXPECT_EQ(browser.call("GET", "flows/search").status, 200);
  EXPECT_EQ(browser.call("GET", "/api/v1/me").text({"id"}), "a@b.c");
  Browser other(harness);
  ASSERT_EQ(other.login(), 200);
  EXPECT_NE(other.session, browser.session);
  ASSERT_EQ(browser.call("POST", "/api/v1/logout").status, 200);
  EXPECT_EQ(browser.call("GET", "flows/search").status, 401) << "the session is gone, not only the cookie";
  EXPECT_EQ(other.call("GET", "flows/search").status, 200);
}

TEST(Session, ChangesNeedTheHeaderOfCsrf) {  // API-19
  Harness harness(with_login());
  Browser browser(harness);
  ASSERT_EQ(browser.login(), 200);
  EXPECT_EQ(browser.put({}), 403);
  EXPECT_EQ(browser.put({{"X-CSRF-TOKEN", "x"}}), 403);
  EXPECT_EQ(browser.put({{"X-CSRF-TOKEN", ""}}), 403);
  EXPECT_EQ(browser.put({{"X-CSRF-TOKEN", browser.csrf + "0"}}), 403);
  EXPECT_EQ(browser.put({{"X-CSRF-TOKEN", browser.csrf}}), 200);
  EXPECT_EQ(browser.put({{"X-CSRF-TOKEN", browser.csrf}, {"Sec-Fetch-Site", "same-origin"}}), 200);
  EXPECT_EQ(browser.put({{"X-CSRF-TOKEN", browser.csrf}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  Browser other(harness);
  ASSERT_EQ(other.login(), 200);
  EXPECT_EQ(browser.put({{"X-CSRF-TOKEN", other.csrf}}), 403) << "of another session";
  const std::string basic = base::base64_encode("a@b.c:Secret123");
  const auto with = [&](std::string name, std::string value, std::string site) {
    std::vector<std::pair<std::string, std::string>> headers{{std::move(name), std::move(value)}};
    if (!site.empty()) headers.emplace_back("Sec-Fetch-Site", std::move(site));
    return harness.call({"PUT", "/api/v1/main/me/bookmarks", "[]", "application/json", std::move(headers)}).status;
  };
  EXPECT_EQ(with("Authorization", "Basic " + basic, ""), 200) << "no browser adds this by itself";
  EXPECT_EQ(with("Cookie", "BASIC_AUTH=" + basic, ""), 200) << "of older clients";
  EXPECT_EQ(with("Cookie", "BASIC_AUTH=" + basic, "cross-site"), 403);
}

TEST(Session, EndsAfterAWeek) {
  Harness harness(with_login());
  Browser browser(harness);
  ASSERT_EQ(browser.login(), 200);
  harness.clock().advance(base::Duration::of_seconds(7 * 86'400 - 3'600));
  EXPECT_EQ(browser.call("GET", "flows/search").status, 200);
  harness.clock().advance(base::Duration::of_seconds(7'200));
  EXPECT_EQ(browser.call("GET", "flows/search").status, 401);
  ASSERT_EQ(browser.login(), 200);
  auto reader = harness.store().open_reader();
  ASSERT_TRUE(reader.has_value());
  EXPECT_TRUE((*reader)->expired_documents(harness.clock().now(), 10)->empty()) << "a login removes expired ones";
}

TEST(Session, HostileCookiesAreNobody) {
  Harness harness(with_login());
  Browser browser(harness);
  for (const std::string& session : {std::string(), std::string("x"), std::string(64, '0'), std::string(64, 'G'),
                                     std::string(100'000, 'a'), std::string("%00"), std::string("' OR 1=1 --")}) {
    browser.session = session;
    EXPECT_EQ(browser.call("GET", "flows/search").status, 401) << session.substr(0, 20);
  }
  EXPECT_EQ(browser.login(R"({"username": "a@b.c", "password": "secret123"})"), 401);
  EXPECT_EQ(browser.login("[]"), 422);
}

TEST(FirstAccount, ClosesTheServer) {  // AUTH-6, API-17
  Harness harness(without_account());
  EXPECT_FALSE(harness.get("/api/v1/configs/login").at({"isBasicAuthInitialized"}).as_boolean());
  EXPECT_FALSE(harness.get("/api/v1/configs/login").at({"isLoginRequired"}).as_boolean());
  const Reply weak = harness.post_json("basicAuth", R"({"uid": "u", "username": "nobody", "password": "weak"})");
  EXPECT_EQ(weak.status, 400) << weak.body;
  EXPECT_THAT(weak.body, HasSubstr("valid email"));
  EXPECT_THAT(weak.body, HasSubstr("8 chars"));
  for (const char* body : {"{}", "[]", "null", R"({"username": 1, "password": []})", R"({"username": "a@b.c"})"})
    EXPECT_EQ(harness.post_json("basicAuth", body).status, 400) << body;
  EXPECT_EQ(harness.post_json("basicAuth", "{").status, 422);
  EXPECT_EQ(harness.post_json("basicAuth", std::string(100'000, ' ')).status, 413);
  EXPECT_EQ(
      harness.call({"POST", "basicAuth", right_pair, "application/json", {{"Sec-Fetch-Site", "cross-site"}}}).status,
      403);
  EXPECT_EQ(harness.get("flows/search").status, 200);
  const Reply made = harness.post_json("basicAuth", right_pair);
  ASSERT_EQ(made.status, 204) << made.body;
  EXPECT_TRUE(harness.get("/api/v1/configs/login").at({"isBasicAuthInitialized"}).as_boolean());
  EXPECT_EQ(harness.get("flows/search").status, 401);
  EXPECT_EQ(harness.post_json("basicAuth", right_pair).status, 401);
  Browser browser(harness);
  ASSERT_EQ(browser.login(), 200);
  EXPECT_EQ(browser.call("GET", "flows/search").status, 200);
  EXPECT_EQ(browser.call("POST", "basicAuth", right_pair, {{"X-CSRF-TOKEN", browser.csrf}}).status, 409);
  auto reader = harness.store().open_reader();
  const auto row = (*reader)->document("account", "first");
  ASSERT_TRUE(row.has_value() && row->has_value());
  EXPECT_THAT((*row)->content, HasSubstr("$argon2id$"));
  EXPECT_THAT((*row)->content, ::testing::Not(HasSubstr("Secret123")));
}

TEST(FirstAccount, IsAskedForByEveryRequestThatComesBeforeItIsKnown) {  // AUTH-6
  Harness harness(without_account());
  // As after a restart: the account is stored, and nothing has looked for it.
  const auto hash = security::BasicAuthenticator::hash_of({"a@b.c", "Secret123"});
  ASSERT_TRUE(hash.has_value());
  store::Batch batch;
  batch.documents.push_back({.kind = "account",
                             .key = "first",
                             .updated = harness.clock().now(),
                             .expires = {},
                             .content = fmt::format(R"({{"username": "a@b.c", "password": "{}"}})", *hash),
                             .read_revision = 0});
  ASSERT_TRUE(harness.store().commit_and_wait(std::move(batch)).has_value());
  std::vector<std::future<Reply>> replies;
  for (int i = 0; i < 20; ++i) replies.push_back(harness.start({"GET", "flows/search", {}, {}, {}}));
  for (auto& reply : replies) EXPECT_EQ(reply.get().status, 401);
}

TEST(FirstAccount, IsNotOfferedWhereALoginIsConfiguredOrNotWanted) {  // AUTH-6
  Harness closed(with_login());
  EXPECT_EQ(closed.post_json("basicAuth", right_pair).status, 401);
  Harness open;
  EXPECT_TRUE(open.get("/api/v1/configs/login").at({"isBasicAuthInitialized"}).as_boolean());
  EXPECT_EQ(open.post_json("basicAuth", right_pair).status, 409);
}

TEST(Me, IsOneUserWhoMayDoAllWithoutALogin) {  // AUTH-26
  Harness harness;
  const Reply me = harness.get("/api/v1/me");
  ASSERT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(me.text({"id"}), "anonymous");
  EXPECT_TRUE(me.at({"superAdmin"}).as_boolean());
  EXPECT_EQ(me.at({"tenants"}).items()[0].find("id")->text(), "main");
}

TEST(Preferences, AreKeptWithARevision) {  // UI-900
  Harness harness;
  const auto put = [&](std::string body) {
    return harness.send("PUT", "/api/v1/me/preferences", std::move(body), "application/json");
  };
  EXPECT_EQ(harness.get("/api/v1/me/preferences").at({"revision"}).as_integer(), 0);
  const Reply first = put(R"({"revision": 0, "values": {"theme": "dark", "n": [1, null, {"<b>": "\u0000"}]}})");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.at({"revision"}).as_integer(), 1);
  EXPECT_EQ(harness.get("/api/v1/me/preferences").body, first.body);
  const Reply late = put(R"({"revision": 0, "values": {"theme": "light"}})");
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.body, first.body) << "the answer is what is stored";
  EXPECT_EQ(put(R"({"revision": 1, "values": {}})").at({"revision"}).as_integer(), 2);
  for (const char* body : {"", "[]", "null", "{}", R"({"revision": 2})", R"({"revision": "2", "values": {}})",
                           R"({"revision": 2, "values": []})", R"({"revision": -1, "values": {}})",
                           R"({"revision": 9223372036854775807, "values": {}})", R"({"revision": 2, "values": {)"}) {
    const int status = put(body).status;
    EXPECT_TRUE(status >= 400 && status < 500 && status != 409) << body << " " << status;
  }
  EXPECT_EQ(put(R"({"revision": 2, "values": {"x": ")" + std::string(257 * 1024, 'x') + "\"}}").status, 422);
  EXPECT_EQ(put(R"({"revision": 2, "values": {"x": ")" + std::string(255 * 1024, 'x') + "\"}}").status, 200);
}

TEST(Bookmarks, AreOwnPaths) {  // UI-42
  Harness harness;
  const auto put = [&](std::string body) {
    return harness.send("PUT", "me/bookmarks", std::move(body), "application/json").status;
  };
  EXPECT_EQ(harness.get("me/bookmarks").json().size(), 0u);
  EXPECT_EQ(put(R"([{"name": "Failed <b>", "url": "/ui/main/executions?filters%5Bstate%5D=FAILED"}])"), 200);
  EXPECT_EQ(harness.get("me/bookmarks").json().items()[0].find("name")->text(), "Failed <b>");
  for (const char* url :
       {"", "x", "//evil.example", "https://evil.example", "javascript:alert(1)", "/a\\\\b", "/a\nb"}) {
    EXPECT_EQ(put(fmt::format(R"([{{"name": "n", "url": "{}"}}])", url)), 422) << url;
  }
  for (const char* body : {"{}", "null", "[1]", R"([{"name": "n"}])", R"([{"name": "", "url": "/"}])"})
    EXPECT_EQ(put(body), 422) << body;
  std::string many = "[";
  for (int i = 0; i < 501; ++i) many += fmt::format(R"({}{{"name": "n", "url": "/{}"}})", i == 0 ? "" : ",", i);
  EXPECT_EQ(put(many + "]"), 422);
  EXPECT_EQ(harness.get("me/bookmarks").json().size(), 1u);
}

}  // namespace
}  // namespace gyr::web
