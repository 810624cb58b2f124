// The expression function `http` (EXPR-279).
#include "plugins/core/http/http_function.h"

#include "plugins/testing/fake_http_client.h"
#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;

class HttpFunction : public ::testing::Test {
 protected:
  base::Result<Value> call(std::string_view arguments) {
    return loop.run(core::http_function(&http, &loop, base::Instant{}, {}, json(arguments)));
  }
  Value must(std::string_view arguments) {
    auto value = call(arguments);
    EXPECT_TRUE(value.has_value()) << (value ? "" : value.error().message());
    return value ? *value : Value();
  }
  std::string failure(std::string_view arguments) {
    auto value = call(arguments);
    EXPECT_FALSE(value.has_value());
    return value ? "" : value.error().message();
  }
  void answers(int status, std::string_view type, std::string_view body) {
    http.answer = {.status = status, .headers = {}, .body = std::string(body)};
    if (!type.empty()) http.answer.headers.add("Content-Type", std::string(type));
  }
  std::string header(std::string_view name) {
    return std::string(http.requests.back().headers.get(name).value_or("<none>"));
  }

  process::testing::TestLoop loop;
  FakeHttpClient http;
};

TEST_F(HttpFunction, ReturnsTheBodyByItsContentType) {
  answers(200, "application/json; charset=UTF-8", R"({"a": [1, 2]})");
  EXPECT_EQ(must(R"({"uri": "http://h/x"})"), json(R"({"a": [1, 2]})"));
  answers(200, "application/problem+json", "7");
  EXPECT_EQ(must(R"({"uri": "http://h/x"})"), Value::integer(7));
  answers(200, "application/x-yaml", "a: 1\n");
  EXPECT_EQ(must(R"({"uri": "http://h/x"})"), json(R"({"a": 1})"));
  answers(200, "text/plain", R"({"a": 1})");
  EXPECT_EQ(must(R"({"uri": "http://h/x"})"), text(R"({"a": 1})"));
  answers(204, "application/json", "");
  EXPECT_EQ(must(R"({"uri": "http://h/x"})"), text(""));
}

TEST_F(HttpFunction, SendsWhatTheArgumentsSay) {
  must(R"({"uri": "http://h/x?a=1", "method": "POST", "query": {"q": ["b c", 2]}, "body": {"k": [1, "{{ v }}"]},
           "contentType": "application/json", "accept": "application/json", "headers": {"X-One": "1", "X-Many": ["a", "b"]},
           "options": {"auth": {"type": "BEARER", "token": "t"}}})");
  const auto& sent = http.requests.back();
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "http://h/x?a=1&q=b%20c&q=2");
  EXPECT_EQ(sent.body, R"({"k":[1,"{{ v }}"]})") << "values are not rendered again";
  EXPECT_EQ(header("Accept"), "application/json");
  EXPECT_EQ(header("X-One"), "1");
  EXPECT_EQ(header("X-Many"), "a, b");
  EXPECT_EQ(sent.bearer, "t");
  must(R"({"uri": "http://h", "method": "PUT", "body": {"a": 1}, "contentType": "application/yaml"})");
  EXPECT_EQ(http.requests.back().body, "a: 1\n");
}

TEST_F(HttpFunction, SaysWhyItFails) {
  answers(404, "text/plain", "gone");
  EXPECT_EQ(failure(R"({"uri": "http://h/x"})"),
            "Failed to execute HTTP Request, server respond with status 404 : Not Found");
  EXPECT_EQ(must(R"({"uri": "http://h/x", "options": {"allowFailed": true}})"), text("gone"));
  EXPECT_EQ(must(R"({"uri": "http://h/x", "options": {"allowedResponseCodes": [404]}})"), text("gone"));
  answers(200, "application/json", "{");
  EXPECT_TRUE(
      failure(R"({"uri": "http://h/x"})").starts_with("Failed to execute HTTP Request: the response is not valid JSON"))
      << failure(R"({"uri": "http://h/x"})");
  http.error = base::Error(plugin::task_failed, "no connection to h:80");
  EXPECT_EQ(failure(R"({"uri": "http://h/x"})"), "Failed to execute HTTP Request http://h/x: no connection to h:80");
  http.error.reset();
  EXPECT_EQ(failure(R"({"uri": "http://h", "query": [1]})"), "The 'http' function: the argument 'query' must be a map");
  EXPECT_EQ(failure(R"({"uri": "http://h", "headers": "x"})"),
            "The 'http' function: the argument 'headers' must be a map");
  EXPECT_TRUE(failure(R"({"uri": "http://h", "options": {"nonsense": 1}})")
                  .starts_with("The 'http' function: the argument 'options' cannot be used"));
  EXPECT_NE(failure(R"({"uri": "ftp://h"})"), "");
  EXPECT_NE(failure(R"({"uri": ""})"), "");
}

}  // namespace
}  // namespace gyr::plugins::testing
