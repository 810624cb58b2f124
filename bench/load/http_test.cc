#include "http.h"

#include <gtest/gtest.h>

namespace gyr::load {
namespace {

struct Parsed {
  int status;
  std::string body;
  bool keep_alive;
};

// Feeds `bytes` in pieces of `piece` bytes; an error where the parser sees one, nothing where the answer is not whole.
base::Result<std::optional<Parsed>> parse(std::string_view bytes, size_t piece, size_t* used_in_all = nullptr) {
  AnswerParser parser;
  size_t position = 0;
  while (position < bytes.size() && !parser.done()) {
    const auto used = parser.feed(bytes.substr(position, piece));
    if (!used) return base::fail(used.error());
    EXPECT_GT(*used, 0u) << "no progress";
    if (*used == 0) break;
    position += *used;
  }
  if (used_in_all != nullptr) *used_in_all = position;
  if (!parser.done() && !parser.finish()) return std::nullopt;
  return Parsed{parser.status(), std::string(parser.body()), parser.keep_alive()};
}

void expect_in_all_pieces(std::string_view bytes, int status, std::string_view body, bool keep_alive) {
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto parsed = parse(bytes, piece);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message() << ", pieces of " << piece;
    ASSERT_TRUE(parsed->has_value()) << "pieces of " << piece;
    EXPECT_EQ((*parsed)->status, status);
    EXPECT_EQ((*parsed)->body, body);
    EXPECT_EQ((*parsed)->keep_alive, keep_alive);
  }
}

TEST(AnswerParser, ReadsAnswersHoweverTheyAreCutIntoPieces) {
  expect_in_all_pieces("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true);
  expect_in_all_pieces("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true);
  expect_in_all_pieces("HTTP/1.1 200 OK\r\ncontent-length:0\r\nConnection: close\r\n\r\n", 200, "", false);
  expect_in_all_pieces("HTTP/1.0 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", 404, "{}", false);
  expect_in_all_pieces("HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end", false);
  expect_in_all_pieces("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", 201, "x",
                       true);
  expect_in_all_pieces(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;name=value\r\n and more!\r\n0\r\nTrailer: "
      "x\r\n\r\n",
      200, "hello and more!", true);
}

TEST(AnswerParser, LeavesTheBytesOfTheNextAnswer) {
  size_t used = 0;
  const auto parsed = parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1", 1000, &used);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->body, "ab");
  EXPECT_EQ(used, std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab").size());
}

TEST(AnswerParser, AnAnswerThatIsCutShortIsNotTakenForWhole) {
  for (const std::string_view text : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nContent-",
                                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"}) {
    const auto parsed = parse(text, 7);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_FALSE(parsed->has_value()) << text;
  }
}

TEST(AnswerParser, RefusesWhatIsNoAnswer) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"\0\0\0\r\n\r\n"sv, "GET / HTTP/1.1\r\n\r\n"sv, "HTTP/1.1 abc\r\n\r\n"sv,
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"sv, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"sv,
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"sv,
        "HTTP/1.1 200 OK\r\nContent-Length: 12345678901\r\n\r\n"sv,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"sv,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"sv,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"sv}) {
    EXPECT_FALSE(parse(text, 5).has_value()) << text;
  }
  EXPECT_FALSE(parse("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'), 1000).has_value());
}

TEST(Url, IsTakenApart) {
  const auto url = parse_url("http://127.0.0.1:8090/base/");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, 8090);
  EXPECT_EQ(url->base, "/base");
  EXPECT_EQ(parse_url("http://example")->port, 80);
  for (const char* wrong :
       {"", "https://a", "http://", "http://:80", "http://a:0", "http://a:70000", "http://a:x", "a:80"}) {
    EXPECT_FALSE(parse_url(wrong).has_value()) << wrong;
  }
}

TEST(Request, HasALengthUnlessItIsAGet) {
  const Url url{.host = "h", .port = 1, .base = "/b"};
  EXPECT_EQ(format_request(url, "POST", "/p", "", "", ""),
            "POST /b/p HTTP/1.1\r\nHost: h:1\r\nAccept: application/json\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(format_request(url, "GET", "/p", "", "", "Basic eA=="),
            "GET /b/p HTTP/1.1\r\nHost: h:1\r\nAccept: application/json\r\nAuthorization: Basic eA==\r\n\r\n");
}

}  // namespace
}  // namespace gyr::load
