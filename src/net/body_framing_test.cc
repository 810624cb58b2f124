#include "net/body_framing.h"

#include <gtest/gtest.h>

#include <random>

namespace gyr::net {
namespace {

using State = BodyFraming::State;
using namespace std::string_literals;

/// Feeds `input` in pieces of `size`; gives the content, then the state and what was left over.
std::string read(BodyFraming framing, std::string_view input, size_t size) {
  std::string content;
  while (!input.empty() && framing.state() == State::need_more) {
    size_t taken = framing.take(input.substr(0, size), content);
    input.remove_prefix(taken);
  }
  const char* state = framing.state() == State::done ? "done" : framing.state() == State::failed ? "failed" : "more";
  return fmt::format("{}|{}|{}", content, state, framing.state() == State::done ? input : "");
}

TEST(BodyFraming, NoBodyIsDone) {
  BodyFraming none;
  std::string content;
  EXPECT_EQ(none.state(), State::done);
  EXPECT_EQ(none.remaining(), 0u);
  EXPECT_EQ(none.take("next", content), 0u);
  EXPECT_EQ(BodyFraming::of_length(0).state(), State::done);
}

TEST(BodyFraming, TakesTheAnnouncedLength) {
  for (size_t size : {1, 2, 100}) {
    EXPECT_EQ(read(BodyFraming::of_length(5), "helloGET", size), "hello|done|GET");
    EXPECT_EQ(read(BodyFraming::of_length(5), "hell", size), "hell|more|");
  }
  BodyFraming framing = BodyFraming::of_length(UINT64_MAX);
  std::string content;
  framing.take("abc", content);
  EXPECT_EQ(framing.remaining(), UINT64_MAX - 3);
}

TEST(BodyFraming, TakesChunksHoweverTheyArrive) {
  // The first two, byte by byte, are what stops Beast's parser.
  for (auto [input, expected] : std::vector<std::pair<std::string, std::string>>{
           {"0\r\n\r\n", "|done|"},
           {"0\r\nA: b\r\n\r\n", "|done|"},
           {"5\r\nhello\r\n0\r\n\r\nGET", "hello|done|GET"},
           {"5;ext;name=\"va;lue\"\r\nhello\r\n1\r\n!\r\n00\r\nA: 1\r\nB:\r\n\r\n", "hello!|done|"},
           {"A\r\n0123456789\r\n0\r\n\r\n", "0123456789|done|"},
           {"a\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n|done|"},
           {"5\r\nhel", "hel|more|"},
           {"5\r\nhello\r\n0\r\n", "hello|more|"},
       }) {
    for (size_t size = 1; size < 20; ++size)
      EXPECT_EQ(read(BodyFraming::of_chunks(1000), input, size), expected) << size;
  }
}

TEST(BodyFraming, RefusesWhatIsMalformedHoweverItArrives) {
  for (const std::string& bad : {"\r\n"s,
                                 "g\r\n"s,
                                 "-1\r\n"s,
                                 "+1\r\n"s,
                                 " 1\r\n"s,
                                 "1 \r\n"s,
                                 "0x1\r\n"s,
                                 ";a\r\n"s,
                                 "1\n"s,
                                 "1\rx"s,
                                 "1;\0\r\n"s,
                                 "1;\n"s,
                                 "00000000000000001\r\n"s,
                                 "1\r\nab"s,
                                 "1\r\na\n"s,
                                 "1\r\na\rx"s,
                                 "0\r\nA\r\n\r\n"s,
                                 "0\r\n: b\r\n\r\n"s,
                                 "0\r\nA b: c\r\n\r\n"s,
                                 "0\r\nA: b\n"s,
                                 "0\r\nA: \0\r\n"s,
                                 "0\r\nA: b\rc\r\n"s,
                                 "0\r\n A: b\r\n"s,
                                 "1;" + std::string(300, 'x'),
                                 "0\r\nA: " + std::string(9000, 'x')}) {
    for (size_t size : {1, 3, 10'000}) {
      std::string shown = read(BodyFraming::of_chunks(1000), bad, size);
      EXPECT_TRUE(shown.ends_with("|failed|")) << bad << " → " << shown;
    }
  }
}

TEST(BodyFraming, HoldsTheLimitOverAllChunks) {
  std::string content;
  BodyFraming framing = BodyFraming::of_chunks(10);
  framing.take("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", content);
  EXPECT_EQ(framing.state(), State::done);
  framing = BodyFraming::of_chunks(10);
  framing.take("5\r\nhello\r\n6\r\n", content);
  EXPECT_EQ(framing.state(), State::failed);
  EXPECT_TRUE(framing.too_large());
  framing = BodyFraming::of_chunks(UINT64_MAX);
  framing.take("ffffffffffffffff\r\nx\r\n", content);
  EXPECT_EQ(framing.state(), State::need_more);
  framing = BodyFraming::of_chunks(1);
  framing.take("zz\r\n", content);
  EXPECT_FALSE(framing.too_large());
}

TEST(BodyFraming, RandomBodiesComeOutAsTheyWentIn) {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    std::string body, wire;
    for (size_t chunks = random() % 5; chunks > 0; --chunks) {
      std::string chunk(1 + random() % 50, static_cast<char>(random()));
      body += chunk;
      wire += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
    }
    wire += "0\r\n\r\n";
    EXPECT_EQ(read(BodyFraming::of_chunks(1000), wire, 1 + random() % 30), body + "|done|");
  }
}

}  // namespace
}  // namespace gyr::net
