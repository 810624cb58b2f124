// The HTTP client against our own server: what is sent and what comes back.
#include <gtest/gtest.h>

#include "base/text.h"
#include "net/client_test_support.h"
#include "net/compression.h"

namespace gyr::net {
namespace {

using test::HttpClientTest;
using test::text;

TEST_F(HttpClientTest, GetsAndPosts) {
  auto response = send(to("/a?b=c"));
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "GET /a?b=c\nUser-Agent: Gyrfalcon\n\n");
  EXPECT_EQ(response->effective_url, server_.url("/a?b=c"));
  EXPECT_EQ(response->headers.get("content-type"), "text/plain");
  EXPECT_EQ(response->body_bytes, response->body.size());

  ClientRequest post = to("/p", "POST");
  post.body = "hello\0world";
  post.body.push_back('\0');
  post.headers.add("Content-Type", "application/x");
  post.headers.add("X-Empty", "");
  post.headers.add("user-agent", "mine");
  post.headers.add("Content-Length", "3");  // not the caller's to say
  response = send(post);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body,
            std::string("POST /p\nContent-Type: application/x\nX-Empty: \nuser-agent: mine\nContent-Length: 6\n\n"
                        "hello") +
                std::string(1, '\0'));
}

TEST_F(HttpClientTest, SendsEveryMethodAsWritten) {
  for (std::string method : {"PUT", "DELETE", "PATCH", "OPTIONS", "REPORT", "get"}) {
    ClientRequest request = to("/m", method);
    request.body = "b";
    auto response = send(request);
    ASSERT_TRUE(response) << method;
    EXPECT_TRUE(response->body.starts_with(method + " /m\n")) << response->body;
    EXPECT_TRUE(response->body.ends_with("\n\nb")) << response->body;
  }
  // Without a body: methods that usually have one say that it is empty.
  EXPECT_NE(send(to("/m", "POST"))->body.find("Content-Length: 0"), std::string::npos);
  EXPECT_EQ(send(to("/m", "DELETE"))->body.find("Content-Length"), std::string::npos);
  auto head = send(to("/m", "HEAD"));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->body, "");
  EXPECT_TRUE(head->headers.get("Content-Length"));
}

TEST_F(HttpClientTest, AStatusIsNotAnError) {
  routes_["/404"] = [](ServerRequest) -> base::Task<ServerResponse> { co_return text("none", 404); };
  auto response = send(to("/404"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "none");
}

TEST_F(HttpClientTest, KeepsRepeatedHeadersInOrder) {
  routes_["/h"] = [](ServerRequest) -> base::Task<ServerResponse> {
    ServerResponse response = text("");
    response.headers.add("Set-Cookie", "a=1");
    response.headers.add("X-Other", "");
    response.headers.add("set-cookie", "b=2");
    co_return response;
  };
  auto response = send(to("/h"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.all("Set-Cookie"), (std::vector<std::string_view>{"a=1", "b=2"}));
  EXPECT_EQ(response->headers.get("X-Other"), "");
}

TEST_F(HttpClientTest, RequestsAndDecodesCompression) {  // CORE-10
  routes_["/z"] = [](ServerRequest request) -> base::Task<ServerResponse> {
    ServerResponse response = text(compress(Encoding::gzip, std::string(100'000, 'a')));
    EXPECT_NE(request.headers.get("Accept-Encoding").value_or("").find("gzip"), std::string_view::npos);
    response.headers.add("Content-Encoding", "gzip");
    co_return response;
  };
  auto response = send(to("/z"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, std::string(100'000, 'a'));
  ClientRequest limited = to("/z");
  limited.max_body_bytes = 50'000;  // of what comes out, or a small answer could fill the memory
  response = send(limited);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), body_too_large);
}

TEST_F(HttpClientTest, Authenticates) {
  ClientRequest request = to("/a");
  request.basic_user = "me";
  request.basic_password = "pass:word";
  EXPECT_NE(send(request)->body.find("Authorization: Basic " + base::base64_encode("me:pass:word")), std::string::npos);
  ClientRequest bearer = to("/a");
  bearer.bearer = "token";
  EXPECT_NE(send(bearer)->body.find("Authorization: Bearer token\n"), std::string::npos);
  ClientRequest own = to("/a");
  own.bearer = "token";
  own.headers.add("authorization", "Own 1");
  std::string seen = send(own)->body;
  EXPECT_NE(seen.find("authorization: Own 1\n"), std::string::npos);
  EXPECT_EQ(seen.find("Bearer"), std::string::npos);
  ClientRequest in_url;
  in_url.url = fmt::format("http://u%40x:p%3Aw@127.0.0.1:{}/a", server_.port());
  auto response = send(in_url);
  ASSERT_TRUE(response);
  EXPECT_NE(response->body.find("Authorization: Basic " + base::base64_encode("u@x:p:w")), std::string::npos);
  EXPECT_EQ(response->effective_url, server_.url("/a"));
}

TEST_F(HttpClientTest, AuthenticatesByDigest) {
  routes_["/d"] = [](ServerRequest request) -> base::Task<ServerResponse> {
    auto authorization = request.headers.get("Authorization");
    if (!authorization) {
      ServerResponse challenge = text("who?", 401);
      challenge.headers.add("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5");
      co_return challenge;
    }
    co_return text(std::string(authorization->substr(0, 20)));
  };
  ClientRequest request = to("/d", "POST");
  request.basic_user = "me";
  request.basic_password = "secret";
  request.digest = true;
  request.body = "again";
  auto response = send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "Digest username=\"me\"");
}

}  // namespace
}  // namespace gyr::net
