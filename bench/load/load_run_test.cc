// The generator against a small server in the same process, whose delays are ordered by events and not by clocks.
#include "load_run.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "report.h"

namespace gyr::load {
namespace {

std::string date(int64_t nanos) {
  const auto instant = base::Instant::of_nanos(nanos);
  const std::chrono::sys_seconds seconds{std::chrono::seconds(instant.seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day ymd{day};
  const std::chrono::hh_mm_ss time{seconds - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), instant.nanos);
}

std::string execution(std::string_view id, std::string_view state, int64_t created, int64_t ended) {
  return fmt::format(R"({{"id":"{}","state":{{"current":"{}","startDate":"{}","endDate":"{}"}}}})", id, state,
                     date(created), date(ended));
}

// Answers each request by a function of its number (from 0) and its head; the answer may be held back: `Later` queues
// the connection until release() is called from a later request.
class TinyServer {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    bool hold = false;     // answered only when release_held() is called
    bool hang_up = false;  // the connection is closed without an answer
  };
  using Handler = std::function<Answer(uint64_t number, const std::string& head)>;

  explicit TinyServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_.get(), 128), 0);
    socklen_t length = sizeof address;
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    stop_read_ = Descriptor(ends[0]);
    stop_write_ = Descriptor(ends[1]);
    thread_ = std::thread([this] { serve(); });
  }
  ~TinyServer() {
    EXPECT_EQ(write(stop_write_.get(), "x", 1), 1);
    thread_.join();
  }
  Url url() const { return {.host = "127.0.0.1", .port = port_, .base = ""}; }
  // From within the handler: the answers held back are sent after the present one.
  void release_held() { release_ = true; }

 private:
  struct Peer {
    Descriptor socket;
    std::string in;
  };

  void serve() {
    while (true) {
      std::vector<pollfd> wanted{{stop_read_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
      for (const auto& peer : peers_) wanted.push_back({peer.socket.get(), POLLIN, 0});
      poll(wanted.data(), wanted.size(), -1);
      if (wanted[0].revents != 0) return;
      for (size_t i = wanted.size(); i-- > 2;) {
        if (wanted[i].revents != 0 && !read_from(peers_[i - 2]))
          peers_.erase(peers_.begin() + static_cast<ptrdiff_t>(i - 2));
      }
      if (wanted[1].revents != 0) peers_.push_back({Descriptor(accept(listener_.get(), nullptr, nullptr)), ""});
    }
  }

  bool read_from(Peer& peer) {
    char bytes[65536];
    const ssize_t count = recv(peer.socket.get(), bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    peer.in.append(bytes, static_cast<size_t>(count));
    for (size_t end = peer.in.find("\r\n\r\n"); end != std::string::npos; end = peer.in.find("\r\n\r\n")) {
      const std::string head = peer.in.substr(0, end);
      peer.in.erase(0, end + 4);
      const Answer answer = handler_(number_++, head);
      if (answer.hang_up) return false;
      const std::string text =
          fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", answer.status, answer.body.size(), answer.body);
      if (answer.hold) {
        held_.emplace_back(peer.socket.get(), text);
      } else {
        send(peer.socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
      }
      if (std::exchange(release_, false)) {
        for (const auto& [socket, held] : held_) send(socket, held.data(), held.size(), MSG_NOSIGNAL);
        held_.clear();
      }
    }
    return true;
  }

  Handler handler_;
  Descriptor listener_, stop_read_, stop_write_;
  uint16_t port_ = 0;
  uint64_t number_ = 0;
  bool release_ = false;
  std::vector<Peer> peers_;
  std::vector<std::pair<int, std::string>> held_;
  std::thread thread_;
};

constexpr int64_t year_2020_ns = 1'577'836'800LL * 1'000'000'000;
volatile bool never_stop = false;

LoadReport run(LoadOptions options) {
  auto report = LoadRun(std::move(options)).run(&never_stop);
  EXPECT_TRUE(report.has_value()) << report.error().message();
  return report ? std::move(*report) : LoadReport{};
}

TEST(LoadRun, AnOpenLoadCountsAStallForEveryArrivalInIt) {
  // The server holds back every answer until the 101st arrival: at 1,000 arrivals a second the first must be charged
  // 100 ms and each later one a millisecond less, although none but the first was even read by then in a closed loop.
  TinyServer* server_of_handler = nullptr;
  TinyServer server([&](uint64_t number, const std::string& head) -> TinyServer::Answer {
    if (head.starts_with("GET")) return {.body = execution("x", "SUCCESS", year_2020_ns, year_2020_ns + 1'000'000)};
    if (number == 100) server_of_handler->release_held();
    return {.body = execution(fmt::format("e{}", number), "CREATED", year_2020_ns, year_2020_ns), .hold = number < 100};
  });
  server_of_handler = &server;
  const auto report =
      run({.url = server.url(), .start_path = "/start", .rate = 1000, .count = 101, .connections = 200});
  EXPECT_EQ(report.sent, 101u);
  EXPECT_EQ(report.acknowledged, 101u);
  EXPECT_TRUE(report.clean()) << to_json(report);
  EXPECT_GE(report.ack.max(), 100'000'000);
  EXPECT_GE(report.ack.percentile(0.5), 50'000'000);
  EXPECT_GE(report.ack.percentile(0.9), 90'000'000 - 1'000'000);
}

TEST(LoadRun, TooFewConnectionsDelayTheSendingButNotTheIntendedTime) {
  // One connection, and the first answer waits for nothing but is the 100 ms late by a second request on the other
  // pool: the only connection is busy with request 0 until the waited request 60 arrives.
  TinyServer* server_of_handler = nullptr;
  uint64_t waits = 0;
  TinyServer server([&](uint64_t number, const std::string& head) -> TinyServer::Answer {
    if (head.starts_with("GET")) return {.body = execution("x", "SUCCESS", year_2020_ns, year_2020_ns + 1)};
    if (head.starts_with("POST /wait")) {
      if (++waits == 1) server_of_handler->release_held();
      return {.body = execution("w", "SUCCESS", year_2020_ns, year_2020_ns + 1)};
    }
    return {.body = execution(fmt::format("e{}", number), "CREATED", year_2020_ns, year_2020_ns), .hold = number == 0};
  });
  server_of_handler = &server;
  // A share of 0.02 puts the first waited arrival at number 49, which is 49 ms after the start.
  const auto report = run({.url = server.url(),
                           .start_path = "/start",
                           .wait_path = "/wait",
                           .rate = 1000,
                           .wait_share = 0.02,
                           .count = 100,
                           .connections = 1});
  EXPECT_EQ(report.acknowledged, 100u);
  EXPECT_EQ(report.wait.count(), 2u);
  EXPECT_GE(report.ack.max(), 49'000'000);
  EXPECT_GE(report.lag.max(), 47'000'000) << "the second arrival had to wait for the connection";
  EXPECT_TRUE(report.clean()) << to_json(report);
}

TEST(LoadRun, TheEndComesFromTheExecutionsOwnDates) {
  const int64_t now = base::SystemClock().now().to_nanos();
  TinyServer server([&](uint64_t number, const std::string& head) -> TinyServer::Answer {
    if (head.starts_with("GET")) return {.body = execution("x", "SUCCESS", now + 1'000'000'000, now + 1'250'000'000)};
    return {.body = execution(fmt::format("e{}", number), "CREATED", now, now)};
  });
  const auto report = run({.url = server.url(), .start_path = "/s", .rate = 100, .count = 10});
  EXPECT_EQ(report.own.count(), 10u);
  EXPECT_NEAR(static_cast<double>(report.own.percentile(0.5)), 250e6, 1e6);
  // All ended at one moment, and the last was intended 90 ms after the first.
  EXPECT_NEAR(static_cast<double>(report.end.max() - report.end.min()), 90e6, 1e3);
  EXPECT_LE(report.end.max(), 1'250'000'000) << "the start of the load lies after the moment the dates count from";
  EXPECT_FALSE(report.clocks_differ);
  EXPECT_NEAR(report.span_s, 0.25, 1e-6);
}

TEST(LoadRun, AServerWithAnotherClockIsNoticed) {
  TinyServer server([&](uint64_t, const std::string&) -> TinyServer::Answer {
    return {.body = execution("e", "SUCCESS", year_2020_ns, year_2020_ns + 5)};
  });
  const auto report = run({.url = server.url(), .wait_path = "/w", .count = 3, .connections = 1});
  EXPECT_TRUE(report.clocks_differ);
}

TEST(LoadRun, AClosedLoopKeepsItsConnectionsBusyAndNoMore) {
  // Every answer is held until as many requests are under way as there are connections, then all are released.
  TinyServer* server_of_handler = nullptr;
  size_t held = 0;
  size_t most = 0;
  TinyServer server([&](uint64_t, const std::string&) -> TinyServer::Answer {
    held += 1;
    most = std::max(most, held);
    if (held == 4) {
      held = 0;
      server_of_handler->release_held();
    }
    return {.body = execution("e", "SUCCESS", year_2020_ns, year_2020_ns + 1), .hold = true};
  });
  server_of_handler = &server;
  const auto report = run({.url = server.url(), .wait_path = "/w", .count = 40, .connections = 4});
  EXPECT_EQ(report.wait.count(), 40u);
  EXPECT_EQ(most, 4u);
  EXPECT_TRUE(report.clean()) << to_json(report);
}

TEST(LoadRun, WhatIsLostFailedOrRefusedIsTold) {
  TinyServer server([&](uint64_t number, const std::string& head) -> TinyServer::Answer {
    if (head.starts_with("GET /api/v1/main/executions/e1 ")) return {.status = 404, .body = "{}"};
    if (head.starts_with("GET /api/v1/main/executions/e2 "))
      return {.body = execution("e2", "FAILED", year_2020_ns, year_2020_ns)};
    if (head.starts_with("GET")) return {.body = execution("x", "SUCCESS", year_2020_ns, year_2020_ns)};
    if (number == 3) return {.status = 429, .body = "{}"};
    if (number == 4) return {.body = "not json"};
    if (number == 5) return {.hang_up = true};
    return {.body = execution(fmt::format("e{}", number), "CREATED", year_2020_ns, year_2020_ns)};
  });
  const auto report = run({.url = server.url(), .start_path = "/s", .count = 8, .connections = 1});
  EXPECT_EQ(report.sent, 8u);
  EXPECT_EQ(report.acknowledged, 5u);
  EXPECT_EQ(report.errors.size(), 3u) << to_json(report);
  EXPECT_EQ(report.errors.at("status 429"), 1u);
  EXPECT_EQ(report.states.at("(missing)"), 1u);
  EXPECT_EQ(report.states.at("FAILED"), 1u);
  EXPECT_EQ(report.states.at("SUCCESS"), 3u);
  EXPECT_FALSE(report.clean());
}

TEST(LoadRun, AnExecutionThatNeverEndsIsTold) {
  TinyServer server([&](uint64_t, const std::string&) -> TinyServer::Answer {
    return {.body = R"({"id":"e","state":{"current":"RUNNING","startDate":"2026-01-01T00:00:00Z"}})"};
  });
  const auto report = run({.url = server.url(),
                           .start_path = "/s",
                           .count = 2,
                           .connections = 1,
                           .drain_timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(report.states.at("(not ended)"), 2u);
  EXPECT_FALSE(report.clean());
}

TEST(LoadRun, ASilentServerIsGivenUpAfterTheTimeout) {
  TinyServer server([&](uint64_t, const std::string&) -> TinyServer::Answer { return {.body = "", .hold = true}; });
  const auto report = run(
      {.url = server.url(), .wait_path = "/w", .count = 1, .connections = 1, .timeout = std::chrono::milliseconds(20)});
  EXPECT_EQ(report.errors.at("no answer in time"), 1u);
}

TEST(LoadRun, NobodyListeningIsAnErrorForEachArrival) {
  Url url;
  {
    const TinyServer gone([](uint64_t, const std::string&) -> TinyServer::Answer { return {}; });
    url = gone.url();
  }
  const auto report = run({.url = url, .start_path = "/s", .count = 3, .connections = 1});
  EXPECT_EQ(report.sent, 3u);
  EXPECT_EQ(report.acknowledged, 0u);
  EXPECT_FALSE(report.clean());
}

TEST(ReadProcess, TellsOfOurselves) {
  const auto stats = read_process(getpid());
  ASSERT_TRUE(stats.has_value());
  EXPECT_GT(stats->rss_bytes, 1'000'000u);
  EXPECT_FALSE(read_process(0x7fffffff).has_value());
}

TEST(SyncProbe, MeasuresRealWrites) {
  const auto report = probe_sync(testing::TempDir());
  ASSERT_TRUE(report.has_value()) << report.error().message();
  EXPECT_GT(report->append.count(), 0u);
  EXPECT_GT(report->append.min(), 0);
  EXPECT_FALSE(probe_sync("/no/such/folder").has_value());
}

}  // namespace
}  // namespace gyr::load
