// What every answer tells browsers, whatever its route, status and body.
#include "web/http/security_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/routes.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using test::Harness;
using test::Reply;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

void expect_headers(const net::Headers& headers, const std::string& where) {
  for (const auto& [name, value] :
       {std::pair("X-Content-Type-Options", "nosniff"), std::pair("X-Frame-Options", "DENY"),
        std::pair("Referrer-Policy", "no-referrer")}) {
    ASSERT_THAT(headers.all(name), SizeIs(1)) << name << " of " << where;
    EXPECT_EQ(headers.all(name)[0], value) << where;
  }
  ASSERT_THAT(headers.all("Content-Security-Policy"), SizeIs(1)) << where;
  const std::string_view policy = headers.all("Content-Security-Policy")[0];
  EXPECT_THAT(policy, StartsWith("default-src 'none';")) << where;
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'")) << where;
}

/// The path of a route with something in place of each parameter.
std::string filled(std::string_view path) {
  std::string target;
  if (path.starts_with("~") || path.starts_with("$")) {
    target = path.front() == '~' ? "/api/v1/main" : "/api/v1";
    path.remove_prefix(1);
  }
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '{') {
      target.push_back(path[i]);
      continue;
    }
    i = path.find('}', i);
    target += "x";
  }
  return target;
}

TEST(SecurityHeaders, AreInTheAnswersOfAllRoutes) {
  Harness harness;
  size_t called = 0;
  for (const Route& route : all_routes()) {
    const std::string method(to_text(route.method));
    const std::string target = filled(route.path);
    // These may wait for an execution that is not there yet, or never end: see AreInStreams.
    if (target.contains("/follow") || target.ends_with("/events")) continue;
    const Reply reply = harness.send(method, target);
    expect_headers(reply.headers, method + " " + target);
    ++called;
  }
  EXPECT_GT(called, 200u);
  for (const Route& route : management_routes()) {
    const std::string target = filled(route.path);
    const Reply reply = harness.manage({std::string(to_text(route.method)), target, {}, {}, {}});
    expect_headers(reply.headers, target);
  }
}

TEST(SecurityHeaders, AreInAnswersOfEveryKind) {
  test::HarnessOptions options;
  options.username = "root@root.org";
  options.password = "Secret1234";
  Harness harness(std::move(options));
  EXPECT_EQ(harness.get("flows/search").status, 401);
  for (const auto& [method, target] :
       {std::pair("GET", "/nothing/here"), std::pair("DELETE", "/health"), std::pair("HEAD", "/health"),
        std::pair("OPTIONS", "/api/v1/main/flows/search"), std::pair("TRACE", "/"), std::pair("GET", "/%zz"),
        std::pair("GET", "/api/v1/main/flows/search"), std::pair("GET", "/api/v1/other/flows/search")})
    expect_headers(harness.send(method, target).headers, std::string(method) + " " + target);
  expect_headers(harness.manage({"GET", "/nothing", {}, {}, {}}).headers, "management port");
  for (int status : {400, 408, 413, 431, 500, 503})
    expect_headers(Server::error_response()(status, "").headers, "answer of the connection");
}

TEST(SecurityHeaders, AreInStreams) {
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  const std::string id = harness.run("a.b", "f");
  harness.wait_for_end(id);
  const Reply events = harness.get(fmt::format("executions/{}/follow", id));
  EXPECT_EQ(events.header("Content-Type"), "text/event-stream");
  expect_headers(events.headers, "follow");
  expect_headers(harness.get(fmt::format("logs/{}/download", id)).headers, "download");
}

// A file is what its user made of it: no browser may run it as a part of this site.
TEST(SecurityHeaders, FilesAreDownloadsInASandbox) {
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  const std::string id = harness.run("a.b", "f");
  harness.wait_for_end(id);
  const std::string root = fmt::format("/a/b/f/executions/{}/tasks/t/1", id);
  for (const char* name : {"page.html", "picture.svg", "rows.xml", "code.js", "paper.pdf", "page.xhtml", "none"}) {
    const std::string page = "<script>alert(document.cookie)</script>";
    harness.storage().write(root + "/" + name, page);
    ASSERT_EQ(
        harness
            .call(test::form("POST", fmt::format("namespaces/a.b/files?path=/{}", name), {{"fileContent", page, name}}))
            .status,
        200)
        << name;
    for (const std::string& target : {fmt::format("executions/{}/file?path=kestra://{}/{}", id, root, name),
                                      fmt::format("namespaces/a.b/files?path=/{}", name)}) {
      const Reply reply = harness.get(target);
      ASSERT_EQ(reply.status, 200) << target;
      EXPECT_EQ(reply.body, page);
      EXPECT_THAT(reply.header("Content-Disposition"), StartsWith("attachment;")) << target;
      EXPECT_THAT(reply.header("Content-Security-Policy"), EndsWith("; sandbox")) << target;
      expect_headers(reply.headers, target);
    }
  }
}

TEST(SecurityHeaders, AHandlerCanSetItsOwn) {
  net::ServerResponse page;
  page.headers.add("Content-Type", "text/html; charset=utf-8");
  page.headers.add("Content-Security-Policy", "default-src 'self'");
  add_security_headers(page);
  EXPECT_EQ(page.headers.all("Content-Security-Policy"), std::vector<std::string_view>{"default-src 'self'"});
  EXPECT_EQ(page.headers.get("X-Frame-Options"), "DENY");
  const auto policy_of = [](std::string type) {
    net::ServerResponse response;
    if (!type.empty()) response.headers.add("Content-Type", std::move(type));
    add_security_headers(response);
    return std::string(*response.headers.get("Content-Security-Policy"));
  };
  for (const char* type :
       {"", "application/json", "Application/JSON ; charset=utf-8", "text/plain", "text/event-stream"})
    EXPECT_THAT(policy_of(type), Not(HasSubstr("sandbox"))) << type;
  for (const char* type : {"text/html", "image/svg+xml", "application/xml", "application/pdf", "text/csv", ";", "x"})
    EXPECT_THAT(policy_of(type), EndsWith("sandbox")) << type;
}

}  // namespace
}  // namespace gyr::web
