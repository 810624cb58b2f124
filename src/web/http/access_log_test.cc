// The log of requests (OPS-31).
#include "web/http/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "store/test_rows.h"
#include "text/regex.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// As MatchesRegex of the test library, which takes its functions from whatever library of regular expressions comes
/// first.
MATCHER_P(MatchesPattern, pattern, "") {
  const auto regex = text::Regex::compile(pattern);
  return regex.has_value() && (*regex)->matches_whole(arg).value_or(false);
}

/// A log in a folder of its own.
class Log {
 public:
  explicit Log(AccessLogOptions options) {
    options.file = file();
    auto opened = AccessLog::open(std::move(options));
    EXPECT_TRUE(opened.has_value()) << opened.error().to_string();
    log = *std::move(opened);
  }
  std::string file() const { return (folder_.path() / "access.log").string(); }
  std::string text() const { return text_of(file()); }
  static std::string text_of(const std::string& file) {
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return std::move(out).str();
  }

  std::shared_ptr<AccessLog> log;

 private:
  store::test::TemporaryFolder folder_;
};

net::ServerRequest request_of(std::string target, std::vector<std::pair<std::string, std::string>> headers = {}) {
  net::ServerRequest request;
  request.method = "GET";
  request.target = std::move(target);
  request.peer = "10.0.0.9";
  for (auto& [name, value] : headers) request.headers.add(std::move(name), std::move(value));
  return request;
}

/// The line of one request; without its line end.
std::string line_of(std::string format, const net::ServerRequest& request, net::ServerResponse response = {}) {
  Log log({.format = std::move(format), .exclusions = {}, .file = {}, .address = "127.0.0.1", .port = 8080});
  AccessLog::add(log.log,
                 {.request = request,
                  .path = request.target,
                  .user = "ada",
                  .begun = base::Instant::of_millis(1'767'600'000'000),
                  .begun_monotonic = base::monotonic_now()},
                 response);
  std::string text = log.text();
  EXPECT_TRUE(text.ends_with('\n'));
  text.pop_back();
  return text;
}

std::string problem_of_format(std::string format) {
  auto opened = AccessLog::open({.format = std::move(format), .exclusions = {}, .file = {}, .address = {}});
  return opened ? "" : opened.error().message();
}

TEST(AccessLog, HasTheLettersOfTheFramework) {  // OPS-31
  net::ServerResponse response;
  response.status = 404;
  response.body = "12345";
  response.headers.add("Content-Type", "text/plain");
  response.headers.add("Set-Cookie", "theme=dark; Path=/");
  const auto request = request_of("/a/b?x=1", {{"User-Agent", "probe/1"}, {"Cookie", "lang=en; theme=light"}});
  EXPECT_EQ(line_of("%a|%A|%h|%l|%u|%m|%U|%q|%r|%H|%s|%b|%B|%p", request, response),
            "10.0.0.9|127.0.0.1|10.0.0.9|-|ada|GET|/a/b|x=1|GET /a/b?x=1 HTTP/1.1|HTTP/1.1|404|5|5|8080");
  EXPECT_EQ(line_of("%{user-agent}i|%{Referer}i|%{content-type}o|%{lang}C|%{none}C|%{theme}c|100%%", request, response),
            "probe/1|-|text/plain|en|-|dark|100%");
  EXPECT_EQ(line_of("%t", request), "[05/Jan/2026:08:00:00 +0000]");
  EXPECT_EQ(line_of("%{yyyy-MM-dd HH:mm}t|%{begin:HH}t", request), "2026-01-05 08:00|08");
  EXPECT_THAT(line_of("%D %T %{end:HH}t", request), MatchesPattern("[0-9]+ 0 08"));
  EXPECT_EQ(line_of("%b %B %q", request_of("/")), "- 0 -");
  EXPECT_THAT(line_of("", request),
              MatchesPattern("2026-01-05T08:00:00.000Z \\| GET /a/b\\?x=1 HTTP/1.1 \\| status: 200 "
                             "\\| ip: 10.0.0.9 \\| length: - \\| duration: [0-9]+"));
  EXPECT_THAT(line_of("combined", request, response),
              HasSubstr(R"(10.0.0.9 - ada [05/Jan/2026:08:00:00 +0000] "GET /a/b?x=1 HTTP/1.1" 404 5 "-" "probe/1")"));
}

TEST(AccessLog, KnowsTheFormWithPositions) {  // as the published documentation writes it
  EXPECT_THAT(
      line_of("[Date: {}] [Duration: {} ms] [Method: {}] [Url: {}] [Status: {}] [Length: {}] [Ip: {}] [Port: {}]",
              request_of("/x")),
      MatchesPattern("\\[Date: 2026-01-05T08:00:00.000Z\\] \\[Duration: [0-9]+ ms\\] \\[Method: GET\\] \\[Url: "
                     "/x\\] \\[Status: 200\\] \\[Length: -\\] \\[Ip: 10.0.0.9\\] \\[Port: -\\]"));
  EXPECT_EQ(line_of("{}{}{}{}{}{}{}{}{}{}", request_of("/x")).ends_with("---"), true) << "more than there are values";
}

TEST(AccessLog, RefusesWhatItDoesNotKnow) {  // OPS-31
  EXPECT_THAT(problem_of_format("%z"), HasSubstr("log-format` has `%z`"));
  EXPECT_THAT(problem_of_format("a %"), HasSubstr("has `%`"));
  EXPECT_THAT(problem_of_format("%{x"), HasSubstr("without its `}`"));
  EXPECT_THAT(problem_of_format("%i"), HasSubstr("without a name"));
  EXPECT_THAT(problem_of_format("%{}i"), HasSubstr("without a name"));
  EXPECT_THAT(problem_of_format("%{bbbbbbbbbbbbb'}t"), HasSubstr("pattern of a date"));
  auto pattern = AccessLog::open({.format = {}, .exclusions = {"("}, .file = {}, .address = {}});
  ASSERT_FALSE(pattern.has_value());
  EXPECT_THAT(pattern.error().message(), HasSubstr("access-logger.exclusions` `(` is not a regular expression"));
  auto folder = AccessLog::open({.format = {}, .exclusions = {}, .file = "/", .address = {}});
  ASSERT_FALSE(folder.has_value());
  EXPECT_THAT(folder.error().message(), HasSubstr("`gyr.access-log.file`: cannot open `/`"));
}

TEST(AccessLog, DoesNotWaitForTheReaderOfAPipe) {
  store::test::TemporaryFolder folder;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FALSE(AccessLog::open({.format = {}, .exclusions = {}, .file = pipe, .address = {}}).has_value());
}

TEST(AccessLog, HidesWhatProvesWhoSomebodyIs) {
  const auto request = request_of(
      "/",
      {{"Authorization", "Basic c2VjcmV0"}, {"X-CSRF-TOKEN", "secret"}, {"Cookie", "GYR_SESSION=secret; lang=en"}});
  net::ServerResponse response;
  response.headers.add("Set-Cookie", "BASIC_AUTH=secret");
  const std::string line = line_of(
      "%{authorization}i %{Proxy-Authorization}i %{x-csrf-token}i %{Cookie}i %{GYR_SESSION}C %{Set-Cookie}o "
      "%{BASIC_AUTH}c %{lang}C",
      request, std::move(response));
  EXPECT_EQ(line, "*** - *** *** *** *** *** en");
}

TEST(AccessLog, HidesTheKeysOfWebhooks) {  // TRIG-93
  for (auto [target, shown] : std::initializer_list<std::pair<const char*, const char*>>{
           {"/api/v1/main/executions/webhook/a.b/flow/K3y", "/api/v1/main/executions/webhook/a.b/flow/***"},
           {"/api/v1/executions/webhook/a.b/flow/K3y?x=1", "/api/v1/executions/webhook/a.b/flow/***?x=1"},
           {"/api/v1/main/executions/webhook/a.b/flow/K3y/sub/path",
            "/api/v1/main/executions/webhook/a.b/flow/***/sub/path"},
           {"/ctx//api/v1/main//executions//webhook//a.b//flow//K3y/",
            "/ctx//api/v1/main//executions//webhook//a.b//flow//***/"},
           {"/api/v1/main/executions/%77ebhook/a.b/flow/K3y", "/api/v1/main/executions/%77ebhook/a.b/flow/***"},
           {"/api/v1/main/%65xecutions/webhook/a.b/flow/K3y", "/api/v1/main/%65xecutions/webhook/a.b/flow/***"},
           {"https://h/api/v1/main/executions/webhook/a/b/K3y", "https://h/api/v1/main/executions/webhook/a/b/***"},
           {"/api/v1/main/executions/webhook/a.b/flow", "/api/v1/main/executions/webhook/a.b/flow"},
           {"/api/v1/main/flows/webhook/a/b/c", "/api/v1/main/flows/webhook/a/b/c"},
           {"/a%zz/executions/webhook/%/b/K3y", "/a%zz/executions/webhook/%/b/***"},
           {"", ""},
           {"?", "?"}}) {
    EXPECT_EQ(hide_webhook_key(target), shown);
  }
  const auto request = request_of("/api/v1/main/executions/webhook/a.b/flow/K3y?q=1",
                                  {{"Referer", "http://h/api/v1/main/executions/webhook/a.b/flow/K3y"}});
  EXPECT_THAT(line_of("%r %U %q %{Referer}i", request), Not(HasSubstr("K3y")));
}

TEST(AccessLog, CannotBeForged) {
  const auto request =
      request_of("/\"%0A\x80", {{"User-Agent", "a\" 200\\ \xC3\xA9\x7F\t"}, {"X-Long", std::string(9'000, 'x')}});
  EXPECT_EQ(line_of("\"%r\" \"%{User-Agent}i\"", request), R"("GET /\"%0A\x80 HTTP/1.1" "a\" 200\\ \xC3\xA9\x7F\x09")");
  EXPECT_EQ(line_of("%{X-Long}i", request).size(), 4'099u) << "one request does not fill the disk";
}

TEST(AccessLog, LeavesOutExclusions) {
  Log log({.format = "%U", .exclusions = {"/ui/.+", "/health"}, .file = {}, .address = {}});
  for (const char* path : {"/ui/", "/ui/a", "/health", "/health/liveness", "/x"}) {
    const auto request = request_of(path);
    net::ServerResponse response;
    AccessLog::add(log.log, {.request = request, .path = path}, response);
  }
  EXPECT_EQ(log.text(), "/ui/\n/health/liveness\n/x\n");
}

TEST(AccessLog, OpensItsFileAgain) {
  Log log({.format = "%U", .exclusions = {}, .file = {}, .address = {}});
  const auto add = [&log](const char* path) {
    const auto request = request_of(path);
    net::ServerResponse response;
    AccessLog::add(log.log, {.request = request, .path = path}, response);
  };
  add("/one");
  std::filesystem::rename(log.file(), log.file() + ".1");
  add("/two");
  log.log->reopen();
  add("/three");
  EXPECT_EQ(Log::text_of(log.file() + ".1"), "/one\n/two\n");
  EXPECT_EQ(log.text(), "/three\n");
  std::filesystem::remove(log.file());
  std::filesystem::create_directory(log.file());
  log.log->reopen();  // cannot: it stays in the old file
  add("/four");
  EXPECT_TRUE(std::filesystem::is_empty(log.file()));
}

TEST(AccessLog, HasALineForEveryAnswerOfTheServer) {  // OPS-31
  Log log({.format = "%m %U %s %B %u %{Content-Type}o", .exclusions = {"/health"}, .file = {}, .address = {}});
  test::HarnessOptions options;
  options.settings.access_log = log.log;
  options.username = "admin@example.com";
  options.password = "Secret123";
  {
    test::Harness server(std::move(options));
    server.get("/ping");
    server.get("/health");
    server.get("flows/search");
    server.call({"HEAD", "/ping", {}, {}, {}});
    server.call({"GET", "/%zz", {}, {}, {}});
    server.call({"GET", "/swagger/kestra.yml", {}, {}, {}});
  }
  std::istringstream lines(log.text());
  std::vector<std::string> all;
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  ASSERT_EQ(all.size(), 5u) << log.text();
  EXPECT_EQ(all[0], "GET /ping 200 4 - text/plain");
  EXPECT_THAT(all[1], MatchesPattern("GET /api/v1/main/flows/search 401 [0-9]+ - application/json.*"));
  EXPECT_THAT(all[2], MatchesPattern("HEAD /ping 200 0 - text/plain.*"));
  EXPECT_THAT(all[3], MatchesPattern("GET /%zz 4[0-9]+ [0-9]+ - .*"));
  EXPECT_THAT(all[4], MatchesPattern("GET /swagger/kestra.yml 200 [1-9][0-9]+ - application/x-yaml.*"));
}

base::Task<std::string> read_to_end(net::ServerResponse* response) {
  std::string body;
  for (;;) {
    auto piece = co_await response->stream();
    if (!piece || piece->empty()) co_return body;
    body += *piece;
  }
}

TEST(AccessLog, WritesTheLineOfAStreamAtItsEnd) {
  Log log({.format = "%U %s %B", .exclusions = {}, .file = {}, .address = {}});
  net::test::LoopThread thread;
  auto request = request_of("/stream");
  auto response = std::make_shared<net::ServerResponse>();
  response->stream = [left = std::make_shared<int>(3)]() -> base::Task<base::Result<std::string>> {
    co_return *left == 0 ? std::string() : std::string(static_cast<size_t>((*left)--), 'x');
  };
  AccessLog::add(log.log, {.request = request, .path = "/stream"}, *response);
  EXPECT_EQ(log.text(), "");
  EXPECT_EQ(thread.await<std::string>([response] { return read_to_end(response.get()); }), "xxxxxx");
  EXPECT_EQ(log.text(), "") << "the server still has it";
  response->stream = nullptr;
  EXPECT_EQ(log.text(), "/stream 200 6\n");
}

}  // namespace
}  // namespace gyr::web
