// Redirects (CORE-15).
#include <gtest/gtest.h>

#include "base/text.h"
#include "net/client_test_support.h"

namespace gyr::net {
namespace {

using test::describe;
using test::HttpClientTest;
using test::redirect;
using test::TestServer;
using test::text;

TEST_F(HttpClientTest, FollowsRedirectsWithTheRightMethod) {
  for (int status : {301, 302, 303, 307, 308}) {
    routes_[fmt::format("/r{}", status)] = [status](ServerRequest request) -> base::Task<ServerResponse> {
      co_await request.body->all(1000);
      co_return redirect(status, "end?x");
    };
    for (std::string method : {"GET", "POST", "PUT", "HEAD"}) {
      ClientRequest request = to(fmt::format("/r{}", status), method);
      if (method == "POST" || method == "PUT") {
        request.body = "body";
        request.headers.add("Content-Type", "x/y");
      }
      auto response = send(request);
      ASSERT_TRUE(response) << response.error().to_string();
      EXPECT_EQ(response->redirects, 1);
      EXPECT_EQ(response->effective_url, server_.url("/end?x"));
      const bool becomes_get = (status == 303 && method != "HEAD") || (status < 303 && method == "POST");
      if (method == "HEAD") continue;
      std::string expected = (becomes_get ? "GET" : method) + " /end?x\n";
      EXPECT_TRUE(response->body.starts_with(expected)) << status << " " << response->body;
      EXPECT_EQ(response->body.ends_with("\n\nbody"), !becomes_get && method != "GET")
          << status << " " << response->body;
      EXPECT_EQ(response->body.find("Content-Type") != std::string::npos, !becomes_get && method != "GET");
    }
  }
  ClientRequest stay = to("/r302");
  stay.follow_redirects = false;
  EXPECT_EQ(send(stay)->status, 302);
}

TEST_F(HttpClientTest, SendsAFileAgainAfterARedirectThatKeepsTheBody) {
  routes_["/r"] = [](ServerRequest request) -> base::Task<ServerResponse> {
    co_await request.body->all(10'000'000);
    co_return redirect(307, "/end");
  };
  ClientRequest request = to("/r", "POST");
  request.body_file = file("body", std::string(1'000'000, 'b'));
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_TRUE(response->body.ends_with("\n\n" + std::string(1'000'000, 'b')));
}

TEST_F(HttpClientTest, DoesNotKeepTheBodiesOfRedirects) {
  routes_["/r"] = [](ServerRequest) -> base::Task<ServerResponse> {
    ServerResponse response = redirect(302, "/end");
    response.body = std::string(50'000'000, 'r');  // more than the client reads
    co_return response;
  };
  ClientRequest request = to("/r");
  request.max_body_bytes = 1000;
  auto response = send(request);
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_TRUE(response->body.starts_with("GET /end"));
}

TEST_F(HttpClientTest, SendsCredentialsToNoOtherHost) {
  TestServer other([](ServerRequest request) -> base::Task<ServerResponse> { co_return text(describe(request, "")); });
  routes_["/away"] = [&](ServerRequest) -> base::Task<ServerResponse> { co_return redirect(302, other.url("/else")); };
  routes_["/stay"] = [&](ServerRequest) -> base::Task<ServerResponse> { co_return redirect(302, "/here"); };
  routes_["/tricky"] = [&](ServerRequest) -> base::Task<ServerResponse> {
    co_return redirect(302, fmt::format("http://127.0.0.1:{}@127.0.0.1:{}/else", server_.port(), other.port()));
  };
  for (std::string_view kind : {"basic", "bearer", "header", "named", "url"}) {
    ClientRequest request = to("/away");
    if (kind == "basic") request.basic_user = "me", request.basic_password = "secret";
    if (kind == "bearer") request.bearer = "secret";
    if (kind == "header") request.headers.add("AUTHORIZATION", "secret");
    if (kind == "named") {  // a header of another name; "authorization" is in its value, for the checks below
      request.headers.add("X-Key", "authorization");
      request.credential_headers = {"x-harmful", "x-key"};
    }
    if (kind == "url") request.url = fmt::format("http://me:secret@127.0.0.1:{}/away", server_.port());
    request.headers.add("Cookie", "secret=1");
    request.headers.add("X-Harmless", "1");
    auto response = send(request);
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_TRUE(response->body.starts_with("GET /else")) << response->body;
    EXPECT_EQ(base::to_lower_ascii(response->body).find("authorization"), std::string::npos) << kind << response->body;
    EXPECT_EQ(response->body.find("Cookie"), std::string::npos);
    EXPECT_NE(response->body.find("X-Harmless: 1"), std::string::npos);
    request.url = base::to_lower_ascii(request.url);
    request.url.replace(request.url.find("/away"), 5, "/tricky");
    response = send(request);
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(base::to_lower_ascii(response->body).find("authorization"), std::string::npos) << response->body;
    request.url.replace(request.url.find("/tricky"), 7, "/stay");
    response = send(request);
    ASSERT_TRUE(response);
    EXPECT_NE(base::to_lower_ascii(response->body).find("authorization"), std::string::npos) << kind << response->body;
    EXPECT_NE(response->body.find("Cookie"), std::string::npos);
  }
}

TEST_F(HttpClientTest, CredentialsStayAwayAfterComingBack) {
  TestServer other([&](ServerRequest) -> base::Task<ServerResponse> { co_return redirect(302, server_.url("/back")); });
  routes_["/away"] = [&](ServerRequest) -> base::Task<ServerResponse> { co_return redirect(302, other.url("/else")); };
  ClientRequest request = to("/away");
  request.bearer = "secret";
  auto response = send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.find("secret"), std::string::npos);
}

TEST_F(HttpClientTest, RefusesRedirectsThatLeadNowhere) {
  auto message_of = [&](std::string location) {
    routes_["/r"] = [location](ServerRequest) -> base::Task<ServerResponse> { co_return redirect(302, location); };
    auto response = send(to("/r"));
    if (response) return "answered " + response->body;
    EXPECT_EQ(response.error().code(), redirect_refused);
    return response.error().message();
  };
  EXPECT_NE(message_of("file:///etc/passwd").find("host is missing"), std::string::npos);
  EXPECT_NE(message_of("gopher://127.0.0.1:1/x").find("`gopher`"), std::string::npos);
  EXPECT_NE(message_of("http://").find("host is missing"), std::string::npos);
  EXPECT_NE(message_of("http://a b/").find("space"), std::string::npos);
  EXPECT_NE(message_of("/r").find("loop"), std::string::npos);
  EXPECT_NE(message_of("javascript:alert(1)").find("invalid URL"), std::string::npos);
  routes_["/a"] = [](ServerRequest) -> base::Task<ServerResponse> { co_return redirect(302, "/b"); };
  routes_["/b"] = [](ServerRequest) -> base::Task<ServerResponse> { co_return redirect(302, "/a"); };
  EXPECT_NE(send(to("/a")).error().message().find("loop"), std::string::npos);
  routes_["/n"] = [](ServerRequest request) -> base::Task<ServerResponse> {
    co_return redirect(302, request.target + "x");
  };
  routes_["/count"] = [](ServerRequest request) -> base::Task<ServerResponse> {
    co_return redirect(302, fmt::format("/count?{}", std::stoi(request.target.substr(7)) + 1));
  };
  auto endless = send(to("/count?1"));
  ASSERT_FALSE(endless);
  EXPECT_NE(endless.error().message().find("more than 50"), std::string::npos);
  // The response to a form that redirects to the same URL with GET is not a loop.
  routes_["/form"] = [](ServerRequest request) -> base::Task<ServerResponse> {
    if (request.method == "POST") co_return redirect(303, "/form");
    co_return text("done");
  };
  EXPECT_EQ(send(to("/form", "POST"))->body, "done");
}

}  // namespace
}  // namespace gyr::net
