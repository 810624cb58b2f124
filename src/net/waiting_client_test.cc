// Requests of threads that wait.
#include "net/waiting_client.h"

#include <thread>

#include "net/client_test_support.h"

namespace gyr::net::test {
namespace {

class WaitingClientTest : public HttpClientTest {
 protected:
  WaitingClient waiting() { return WaitingClient(*client_); }
  static base::Result<std::string> all(WaitedBody& body) {
    std::string text;
    for (;;) {
      GYR_TRY(const std::string piece, body.next());
      if (piece.empty()) return text;
      text += piece;
    }
  }
};

/// Pieces of a known length, then the end.
struct Pieces {
  size_t left;
  static base::Task<base::Result<std::string>> next(std::shared_ptr<Pieces> self) {
    if (self->left == 0) co_return std::string();
    self->left -= 1;
    co_return std::string(100'000, 'p');
  }
  static base::Task<ServerResponse> answer(size_t count) {
    ServerResponse response;
    auto pieces = std::make_shared<Pieces>(Pieces{count});
    response.stream = [pieces] { return next(pieces); };
    co_return response;
  }
};

// CORE-10
TEST_F(WaitingClientTest, WholeAnswers) {
  auto answer = waiting().send(to("/x", "GET"));
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(answer->body.starts_with("GET /x\n")) << answer->body;
  ClientRequest nobody;
  nobody.url = "http://127.0.0.1:1/";
  auto failed = waiting().send(nobody);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code(), connection_failed);
  EXPECT_EQ(waiting().send(ClientRequest()).error().code(), bad_url);
}

// CORE-10: more than what waits in memory, read slowly and on another thread.
TEST_F(WaitingClientTest, StreamedAnswers) {
  routes_["/stream"] = [](ServerRequest) { return Pieces::answer(30); };
  auto opened = waiting().open(to("/stream"));
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_EQ(opened->status, 200);
  base::Result<std::string> text;
  std::thread([&] { text = all(*opened->body); }).join();
  ASSERT_TRUE(text) << text.error().message();
  EXPECT_EQ(text->size(), 3'000'000U);
  EXPECT_EQ(*opened->body->next(), "");
}

// CORE-10: what is dropped ends, and others go on.
TEST_F(WaitingClientTest, DroppedAnswersEnd) {
  routes_["/stream"] = [](ServerRequest) { return Pieces::answer(1'000); };
  for (int i = 0; i < 10; ++i) {
    auto opened = waiting().open(to("/stream"));
    ASSERT_TRUE(opened) << opened.error().message();
    ASSERT_FALSE(opened->body->next()->empty());
  }
  auto kept = waiting().open(to("/stream"));
  ASSERT_TRUE(kept);
  client_.reset();
  EXPECT_FALSE(all(*kept->body).has_value()) << "the client is gone";
}

// CORE-10: many threads wait at once.
TEST_F(WaitingClientTest, ManyThreadsWait) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        auto answer = waiting().send(to("/x"));
        if (answer && answer->status == 200) good += 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
}

}  // namespace
}  // namespace gyr::net::test
