// What is not HTTP, or could be read in two ways, is refused and the connection closed.
#include <gtest/gtest.h>

#include "base/one_shot.h"
#include "net/test_support.h"

namespace gyr::net {
namespace {

using namespace std::string_literals;
using test::body_of_response;
using test::get;
using test::RawSocket;
using test::simple;
using test::status_of;
using test::TestServer;
using test::text;

struct BadRequest {
  const char* name;
  std::string bytes;
  const char* status;
};

class HttpServerRefuses : public testing::TestWithParam<BadRequest> {};

TEST_P(HttpServerRefuses, AndCloses) {
  std::atomic<int> handled{0};
  TestServer server([&](ServerRequest request) -> base::Task<ServerResponse> {
    handled += 1;
    return simple(std::move(request));
  });
  auto client = RawSocket::connect(server.port());
  client.send(GetParam().bytes);
  client.send(get("/smuggled"));  // what follows a request that was refused must never be served
  std::string response = client.receive_all();
  EXPECT_EQ(status_of(response), GetParam().status) << response;
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(response.find("/smuggled"), std::string::npos);
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(server.counters().rejected_requests, 1u);
}

std::string with(std::string_view header) { return fmt::format("POST /x HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n", header); }

INSTANTIATE_TEST_SUITE_P(
    Malformed, HttpServerRefuses,
    testing::Values(
        BadRequest{"binary", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, "400"},
        BadRequest{"only_blanks", "   \r\n\r\n", "400"}, BadRequest{"no_version", "GET /\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"http09", "GET /\r\n\r\n", "400"}, BadRequest{"http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
        BadRequest{"http3", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", "505"},
        BadRequest{"lower_case_version", "GET / http/1.1\r\nHost: x\r\n\r\n", "505"},
        BadRequest{"bare_line_feeds", "GET / HTTP/1.1\nHost: x\n\n", "505"},
        BadRequest{"bad_method", "GE(T / HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"two_blanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"blank_in_target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "505"},
        BadRequest{"nul_in_target", "GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n"s, "400"},
        BadRequest{"tab_in_target", "GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"bad_utf8_in_target", "GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"relative_target", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"star_without_options", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"connect", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"ftp_target", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"user_in_target", "GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        BadRequest{"no_host", "GET / HTTP/1.1\r\n\r\n", "400"},
        BadRequest{"two_hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"},
        BadRequest{"empty_host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400"},
        BadRequest{"path_in_host", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", "400"},
        BadRequest{"user_in_host", "GET / HTTP/1.1\r\nHost: u@x\r\n\r\n", "400"},
        BadRequest{"blank_in_host", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n", "400"},
        BadRequest{"bad_port", "GET / HTTP/1.1\r\nHost: x:70000\r\n\r\n", "400"},
        BadRequest{"bad_ipv6", "GET / HTTP/1.1\r\nHost: [::zz]\r\n\r\n", "400"},
        BadRequest{"nul_in_name", "GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n"s, "400"},
        BadRequest{"nul_in_value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"s, "400"},
        BadRequest{"cr_in_value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", "400"},
        BadRequest{"lf_in_value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\nc: d\r\n\r\n", "400"},
        BadRequest{"blank_before_colon", "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", "400"},
        BadRequest{"no_colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", "400"},
        BadRequest{"no_name", "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", "400"},
        BadRequest{"folded", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", "400"},
        BadRequest{"folded_empty", "GET / HTTP/1.1\r\nHost: x\r\nA:\r\n c\r\n\r\n", "400"},
        BadRequest{"first_line_folded", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", "400"},
        BadRequest{"length_and_chunked", with("Content-Length: 5\r\nTransfer-Encoding: chunked"), "400"},
        BadRequest{"chunked_and_length", with("Transfer-Encoding: chunked\r\nContent-Length: 5"), "400"},
        BadRequest{"two_lengths", with("Content-Length: 5\r\nContent-Length: 6"), "400"},
        BadRequest{"two_equal_lengths", with("Content-Length: 5\r\nContent-Length: 5"), "400"},
        BadRequest{"length_list", with("Content-Length: 5, 5"), "400"},
        BadRequest{"negative_length", with("Content-Length: -1"), "400"},
        BadRequest{"signed_length", with("Content-Length: +5"), "400"},
        BadRequest{"hex_length", with("Content-Length: 0x5"), "400"},
        BadRequest{"empty_length", with("Content-Length:"), "400"},
        BadRequest{"huge_length", with("Content-Length: 99999999999999999999999"), "400"},
        BadRequest{"two_codings", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), "400"},
        BadRequest{"gzip_coding", with("Transfer-Encoding: gzip"), "501"},
        BadRequest{"coding_list", with("Transfer-Encoding: gzip, chunked"), "501"},
        BadRequest{"chunked_twice_in_list", with("Transfer-Encoding: chunked, chunked"), "501"},
        BadRequest{"disguised_coding", with("Transfer-Encoding: xchunked"), "501"},
        BadRequest{"coding_in_http10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
        BadRequest{"too_large_body", with("Content-Length: 99999999999"), "413"},
        BadRequest{"too_many_headers",
                   [] {
                     std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
                     for (int i = 0; i < 300; ++i) many += "a:b\r\n";
                     return many + "\r\n";
                   }(),
                   "431"},
        BadRequest{"large_header", with("A: " + std::string(40'000, 'x')), "431"},
        BadRequest{"large_target", "GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", "431"},
        BadRequest{"large_header_name", with(std::string(40'000, 'x') + ": b"), "431"},
        BadRequest{"many_small_headers",
                   [] {
                     std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
                     for (int i = 0; i < 200; ++i) many += "name: " + std::string(200, 'v') + "\r\n";
                     return many + "\r\n";
                   }(),
                   "431"},
        BadRequest{"endless_empty_lines",
                   [] {
                     std::string lines;
                     for (int i = 0; i < 20'000; ++i) lines += "\r\n";
                     return lines;
                   }(),
                   "431"}),
    [](const auto& info) { return info.param.name; });

class HttpServerBadChunks : public testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(HttpServerBadChunks, FailTheReaderAndCloseTheConnection) {
  TestServer server(simple);
  auto client = RawSocket::connect(server.port());
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + GetParam().second +
              get("/smuggled"));
  std::string response = client.receive_all();
  EXPECT_EQ(body_of_response(response), "GYR-N014") << response;
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Malformed, HttpServerBadChunks,
    testing::Values(
        std::pair("not_hex", "zz\r\nhello\r\n0\r\n\r\n"s), std::pair("negative", "-5\r\nhello\r\n0\r\n\r\n"s),
        std::pair("prefix", "0x5\r\nhello\r\n0\r\n\r\n"s), std::pair("empty_size", "\r\nhello\r\n0\r\n\r\n"s),
        std::pair("overflow", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"s),
        std::pair("longer_than_said", "3\r\nhello\r\n0\r\n\r\n"s), std::pair("bare_line_feed", "5\nhello\n0\n\n"s),
        std::pair("blank_first", " 5\r\nhello\r\n0\r\n\r\n"s), std::pair("blank_behind", "5 \r\nhello\r\n0\r\n\r\n"s),
        std::pair("long_extension", "5;a=" + std::string(1000, 'x') + "\r\nhello\r\n0\r\n\r\n"),
        std::pair("endless_size", std::string(100'000, '0')),
        std::pair("nul_in_extension", "5;a=\0\r\nhello\r\n0\r\n\r\n"s),
        std::pair("bad_trailer", "0\r\nnonsense\r\n\r\n"s),
        std::pair("endless_trailer", "0\r\nA: " + std::string(100'000, 'x'))),
    [](const auto& info) { return info.param.first; });

TEST(HttpServerLimits, AnAbsoluteTargetIsReducedToItsPathAndSetsTheHost) {
  TestServer server([](ServerRequest request) -> base::Task<ServerResponse> {
    co_return text(
        fmt::format("{} {} {}", request.target, *request.headers.get("Host"), request.headers.all("Host").size()));
  });
  auto client = RawSocket::connect(server.port());
  client.send("GET HTTP://One:81/a?b HTTP/1.1\r\nHost: two\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_response()), "/a?b One:81 1");
  client.send("GET http://one?b HTTP/1.1\r\nHost: two\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_response()), "/?b one 1");
  client.send("GET /ä HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
  EXPECT_EQ(body_of_response(client.receive_response()), "/ä [::1]:80 1");
}

TEST(HttpServerLimits, AChunkedBodyOverTheLimitFailsItsReader) {
  ServerOptions options;
  options.body_bytes = 1000;
  TestServer server(simple, options);
  auto client = RawSocket::connect(server.port());
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
  EXPECT_EQ(body_of_response(client.receive_response()), "1000 " + std::string(20, 'x'));
  client.send("POST /all HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + std::string(500, 'x') +
              "\r\n1f5\r\n");
  EXPECT_EQ(body_of_response(client.receive_all()), "GYR-N005");
  auto second = RawSocket::connect(server.port());
  second.send("POST /all HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(status_of(second.receive_all()), "413");
}

TEST(HttpServerLimits, TheHeaderLimitIsExact) {
  ServerOptions options;
  options.header_bytes = 1000;
  TestServer server(simple, options);
  auto request_of = [](size_t size) {
    std::string head = "GET / HTTP/1.1\r\nHost: x\r\nA: \r\n\r\n";
    head.insert(head.size() - 4, std::string(size - head.size(), 'x'));
    return head;
  };
  auto client = RawSocket::connect(server.port());
  client.send(request_of(1000));
  EXPECT_EQ(status_of(client.receive_response()), "200");
  client.send(request_of(1001));
  EXPECT_EQ(status_of(client.receive_all()), "431");
}

TEST(HttpServerLimits, ConnectionsOverTheLimitGetAnErrorResponse) {
  ServerOptions options;
  options.connections = 2;
  TestServer server(simple, options);
  auto first = RawSocket::connect(server.port());
  auto second = RawSocket::connect(server.port());
  first.send(get("/1"));
  second.send(get("/2"));
  first.receive_response();
  second.receive_response();
  auto third = RawSocket::connect(server.port());
  third.send(get("/3"));
  EXPECT_EQ(status_of(third.receive_all()), "503");
  EXPECT_EQ(third.last_error(), 0);
  EXPECT_EQ(server.counters().refused, 1u);
  first.close();
  // The place is free as soon as the server has seen the end; the next one shows it.
  for (int i = 0; i < 1000; ++i) {
    auto fourth = RawSocket::connect(server.port());
    fourth.send(get("/4"));
    if (status_of(fourth.receive_response()) == "200") return;
  }
  FAIL() << "a closed connection still counts";
}

TEST(HttpServerLimits, ManyConnectionsOverTheLimitDoNotPileUp) {
  ServerOptions options;
  options.connections = 0;
  TestServer server(simple, options);
  std::vector<RawSocket> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(RawSocket::connect(server.port()));
  for (auto& client : clients) client.receive_all();
  EXPECT_EQ(server.counters().accepted, 300u);
  EXPECT_EQ(server.counters().requests, 0u);
}

}  // namespace
}  // namespace gyr::net
