#include "net/compression.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

namespace gyr::net {
namespace {

using namespace std::string_literals;

class PiecesBody final : public BodyReader {
 public:
  PiecesBody(std::string bytes, size_t size) : bytes_(std::move(bytes)), size_(size) {}
  base::Task<base::Result<std::string>> next() override {
    std::string piece = bytes_.substr(std::min(at_, bytes_.size()), size_);
    at_ += size_;
    co_return piece;
  }

 private:
  std::string bytes_;
  size_t size_;
  size_t at_ = 0;
};

base::Result<std::string> unpack(std::string packed, std::string_view encoding, size_t piece = 1000,
                                 uint64_t limit = 1 << 30) {
  auto body = decode_body(std::make_unique<PiecesBody>(std::move(packed), piece), encoding, limit);
  if (!body) return base::fail(body.error());
  return *base::Task<base::Result<std::string>>::run_inline((*body)->all(1 << 30));
}

std::string noise(size_t size) {
  std::mt19937 random(1);
  std::string out;
  for (size_t i = 0; i < size; ++i) out += static_cast<char>('a' + random() % 16);
  return out;
}

TEST(Compression, RoundTrip) {
  for (const std::string& text : {""s, "x"s, std::string(1'000'000, 'a'), noise(300'000)}) {
    for (auto [encoding, name] : {std::pair(Encoding::gzip, "gzip"), std::pair(Encoding::deflate, "deflate")}) {
      for (size_t piece : {1, 7, 100'000}) {
        if (piece == 1 && text.size() > 500'000) continue;
        auto back = unpack(compress(encoding, text), name, piece);
        ASSERT_TRUE(back) << back.error().to_string();
        EXPECT_TRUE(*back == text);
      }
    }
  }
  EXPECT_EQ(unpack("plain", "identity"), "plain");
  EXPECT_EQ(unpack("plain", ""), "plain");
  EXPECT_EQ(unpack(compress(Encoding::gzip, "x"), " X-GZIP "), "x");
  EXPECT_EQ(unpack(compress(Encoding::gzip, "one ") + compress(Encoding::gzip, "two"), "gzip", 3), "one two");
}

TEST(Compression, ReadsDeflateWithoutItsHeaderToo) {
  std::string text = noise(5000);
  std::string zlib = compress(Encoding::deflate, text);
  std::string raw = zlib.substr(2, zlib.size() - 6);
  EXPECT_EQ(unpack(raw, "deflate"), text);
}

TEST(Compression, DamagedBodiesAreErrors) {
  std::string packed = compress(Encoding::gzip, noise(5000));
  auto expect_bad = [](base::Result<std::string> result, const char* what) {
    ASSERT_FALSE(result) << what;
    EXPECT_EQ(result.error().code(), bad_encoding) << what;
  };
  expect_bad(unpack("", "gzip"), "nothing");
  expect_bad(unpack("not gzip at all", "gzip"), "text");
  for (size_t length = 0; length < packed.size(); length += 37)
    expect_bad(unpack(packed.substr(0, length), "gzip"), "cut");
  expect_bad(unpack(packed + "junk", "gzip"), "more behind it");
  expect_bad(unpack(compress(Encoding::deflate, "x") + "y", "deflate"), "more behind it");
  std::string flipped = packed;
  flipped[packed.size() / 2] = static_cast<char>(flipped[packed.size() / 2] ^ 0x55);
  expect_bad(unpack(flipped, "gzip"), "damaged");
  expect_bad(unpack("x", "br"), "unknown encoding");
  expect_bad(unpack("x", "gzip, gzip"), "list");
}

TEST(Compression, BombsAreStoppedAtTheLimit) {
  std::string bomb = compress(Encoding::gzip, std::string(50'000'000, '\0'));
  ASSERT_LT(bomb.size(), 60'000u);
  auto result = unpack(bomb, "gzip", 100'000, 1'000'000);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), body_too_large);
  // No single piece is large, however well it packs.
  auto body = decode_body(std::make_unique<PiecesBody>(bomb, 100'000), "gzip", 1 << 30);
  auto piece = base::Task<base::Result<std::string>>::run_inline((*body)->next());
  EXPECT_LE((*piece)->size(), 64u * 1024);
}

TEST(Compression, ChoosesByTheHeader) {
  EXPECT_EQ(choose_encoding(std::nullopt), Encoding::identity);
  EXPECT_EQ(choose_encoding(""), Encoding::identity);
  EXPECT_EQ(choose_encoding("gzip, deflate, br"), Encoding::gzip);
  EXPECT_EQ(choose_encoding("deflate"), Encoding::deflate);
  EXPECT_EQ(choose_encoding("gzip;q=0.2, deflate;q=0.5"), Encoding::deflate);
  EXPECT_EQ(choose_encoding("*"), Encoding::gzip);
  EXPECT_EQ(choose_encoding("*;q=0"), Encoding::identity);
  EXPECT_EQ(choose_encoding("gzip;q=0, *"), Encoding::deflate);
  EXPECT_EQ(choose_encoding("br, zstd"), Encoding::identity);
  EXPECT_EQ(choose_encoding("identity"), Encoding::identity);
}

ServerResponse answer(std::string type, std::string body) {
  ServerResponse response;
  response.headers.add("Content-Type", std::move(type));
  response.body = std::move(body);
  return response;
}

Headers accepting() {
  Headers headers;
  headers.add("accept-encoding", "gzip");
  return headers;
}

TEST(Compression, OfAnswersFollowsTheirTypeAndSize) {  // API-25
  base::ManualLoop loop;
  auto packed = [&](std::string type, std::string body) {
    ServerResponse response = answer(std::move(type), std::move(body));
    compress_response(accepting(), response, loop);
    return response.headers.get("Content-Encoding").has_value();
  };
  EXPECT_TRUE(packed("application/json", std::string(1024, 'x')));
  EXPECT_FALSE(packed("application/json", std::string(1023, 'x')));
  EXPECT_TRUE(packed("application/yaml", std::string(2000, 'x')));
  EXPECT_TRUE(packed("image/svg+xml", std::string(2000, 'x')));
  EXPECT_FALSE(packed("image/png", std::string(2000, 'x')));
  EXPECT_FALSE(packed("text/event-stream", std::string(2000, 'x')));
  EXPECT_FALSE(packed("application/octet-stream", std::string(2000, 'x')));

  ServerResponse response = answer("text/plain", noise(2000));
  response.headers.add("ETag", "\"v1\"");
  compress_response(accepting(), response, loop);
  EXPECT_EQ(response.headers.get("ETag"), "W/\"v1\"");
  EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(unpack(response.body, "gzip"), noise(2000));

  response = answer("text/plain", std::string(2000, 'x'));
  compress_response({}, response, loop);
  EXPECT_FALSE(response.headers.get("Content-Encoding"));
  EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding") << "a cache must not give this one to others";
  EXPECT_EQ(response.body, std::string(2000, 'x'));

  response = answer("text/plain", std::string(2000, 'x'));
  response.headers.add("Content-Encoding", "br");
  compress_response(accepting(), response, loop);
  EXPECT_EQ(response.headers.all("Content-Encoding").size(), 1u);

  response = answer("text/plain", std::string(2000, 'x'));
  response.status = 206;
  compress_response(accepting(), response, loop);
  EXPECT_FALSE(response.headers.get("Content-Encoding"));
}

struct Collect {
  static base::Task<void> run(std::function<base::Task<base::Result<std::string>>()> stream,
                              std::vector<std::string>* pieces, bool* ended) {
    for (;;) {
      auto piece = co_await stream();
      if (!piece || piece->empty()) break;
      pieces->push_back(*piece);
    }
    *ended = true;
  }
};

TEST(Compression, OfALargeBodyYieldsToTheLoop) {
  base::ManualLoop loop;
  std::string text = noise(2'000'000);
  ServerResponse response = answer("application/json", text);
  compress_response(accepting(), response, loop);
  ASSERT_TRUE(response.stream);
  EXPECT_TRUE(response.body.empty());
  std::vector<std::string> pieces;
  bool ended = false;
  base::TaskScope scope(loop);
  scope.spawn(Collect::run(response.stream, &pieces, &ended));
  EXPECT_FALSE(ended) << "all of it in one go";
  EXPECT_GT(loop.run_ready(), 10u);
  ASSERT_TRUE(ended);
  std::string whole;
  for (const auto& piece : pieces) whole += piece;
  auto back = unpack(whole, "gzip");
  ASSERT_TRUE(back);
  EXPECT_TRUE(*back == text);
}

TEST(Compression, OfAStreamSendsEveryPieceAtOnce) {
  base::ManualLoop loop;
  ServerResponse response = answer("text/plain", "");
  auto next = std::make_shared<int>(0);
  struct Source {
    static base::Task<base::Result<std::string>> take(std::shared_ptr<int> next) {
      int number = (*next)++;
      if (number == 3) co_return std::string();
      co_return fmt::format("line {}\n", number);
    }
  };
  response.stream = [next] { return Source::take(next); };
  compress_response(accepting(), response, loop);
  std::string seen;
  std::vector<std::string> pieces;
  bool ended = false;
  base::TaskScope scope(loop);
  scope.spawn(Collect::run(response.stream, &pieces, &ended));
  loop.run_ready();
  ASSERT_TRUE(ended);
  ASSERT_EQ(pieces.size(), 4u);
  // After each piece, what was given so far can be read.
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string expected;
  for (size_t i = 0; i < 3; ++i) {
    char buffer[1000];
    stream.next_in = reinterpret_cast<Bytef*>(pieces[i].data());
    stream.avail_in = static_cast<uInt>(pieces[i].size());
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    inflate(&stream, Z_SYNC_FLUSH);
    seen.append(buffer, sizeof buffer - stream.avail_out);
    expected += fmt::format("line {}\n", i);
    EXPECT_EQ(seen, expected);
  }
  inflateEnd(&stream);
}

}  // namespace
}  // namespace gyr::net
