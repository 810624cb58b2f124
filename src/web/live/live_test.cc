#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "cluster/change_hub.h"
#include "store/store.h"
#include "syntax/json.h"
#include "web/http/described.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Events;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A browser with its stream of events.
class Live {
 public:
  explicit Live(Harness& harness, const std::string& last = "")
      : harness_(harness),
        events_(last.empty() ? harness.follow("events") : harness.follow("events", {{"Last-Event-ID", last}})) {
    const auto hello = events_.next();
    EXPECT_TRUE(hello.has_value());
    if (!hello) return;
    EXPECT_EQ(hello->id, "hello");
    stream_ = std::string(syntax::parse_json(hello->data)->find("stream")->text());
  }
  Reply subscribe(std::string_view topic, std::string_view more = "") {
    return harness_.post_json("events/" + stream_,
                              fmt::format(R"({{"subscribe": [{{"topic": "{}"{}}}]}})", topic, more));
  }
  /// The next frame with data; null at the end.
  Value next() {
    while (const auto event = events_.next()) {
      last_ = event->id;
      if (event->data.empty()) continue;
      auto frame = syntax::parse_json(event->data);
      EXPECT_TRUE(frame.has_value()) << event->data;
      return *frame;
    }
    ADD_FAILURE() << "the stream has ended";
    return {};
  }
  const std::string& stream() const { return stream_; }
  const std::string& last() const { return last_; }
  void leave() { events_.leave(); }

 private:
  Harness& harness_;
  Events events_;
  std::string stream_, last_;
};

std::string text_of(const Value& frame, std::initializer_list<std::string_view> path) {
  const Value* found = frame.find_path(path);
  return found == nullptr ? "" : std::string(found->text());
}

TEST(LiveEvents, FollowAnExecutionToItsEnd) {  // UI-1000, UI-1002
  Harness harness;
  harness.deploy("id: p\nnamespace: a.b\ntasks:\n  - {id: p, type: io.kestra.plugin.core.flow.Pause}\n");
  const std::string id = harness.run("a.b", "p");
  Live live(harness);
  const Reply subscribed = live.subscribe("execution:" + id);
  ASSERT_EQ(subscribed.status, 200) << subscribed.body;
  EXPECT_EQ(subscribed.at({"topics"}).items()[0].find("topic")->text(), "execution:" + id);
  int64_t revision = 0;
  const auto follow_to = [&](std::string_view wanted) {
    for (int frames = 0; frames < 20; ++frames) {
      const Value frame = live.next();
      EXPECT_EQ(text_of(frame, {"topic"}), "execution:" + id);
      EXPECT_EQ(frame.find("patch")->find("taskRunList"), nullptr);
      EXPECT_GT(frame.find("revision")->as_integer(), revision) << "an older one never comes after a newer one";
      revision = frame.find("revision")->as_integer();
      if (text_of(frame, {"patch", "state", "current"}) == wanted) return frame.find("end") != nullptr;
    }
    ADD_FAILURE() << "never " << wanted;
    return false;
  };
  EXPECT_FALSE(follow_to("PAUSED"));
  ASSERT_LT(harness.send("POST", "executions/" + id + "/resume").status, 300);
  follow_to("SUCCESS");
}

TEST(LiveEvents, SendTheRowsOfTaskRunsThatChanged) {  // UI-640
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  const std::string id = harness.run("a.b", "f");
  harness.wait_for_end(id);
  Live live(harness);
  ASSERT_EQ(live.subscribe("runs:" + id).status, 200);
  const Value frame = live.next();
  ASSERT_NE(frame.find("rows"), nullptr);
  EXPECT_EQ(frame.find("rows")->items()[0].find("taskId")->text(), "say");
  EXPECT_EQ(frame.find_path({"byState", "SUCCESS"})->as_integer(), 1);
  EXPECT_TRUE(frame.find("end")->as_boolean());
  // What a page has read after the end is not sent again.
  harness.clock().advance(base::Duration::of_seconds(60));
  const int64_t revision = harness.get("executions/" + id + "/runs").at({"revision"}).as_integer();
  Live other(harness);
  ASSERT_EQ(other.subscribe("runs:" + id, fmt::format(R"(, "since": {})", revision)).status, 200);
  EXPECT_EQ(other.next().find("rows")->size(), 0u);
}

TEST(LiveEvents, NoLineOfALogIsLostOrDoubled) {  // UI-1005
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  const std::string id = harness.run("a.b", "f");
  const Value ended = harness.wait_for_end(id);
  const std::string run(ended.find("taskRunList")->items()[0].find("id")->text());
  const auto total = harness.get("logs/" + id + "/profile").at({"total"}).as_integer();
  const auto add = [&](uint32_t from, uint32_t count) {
    store::Batch batch;
    for (uint32_t i = 0; i < count; ++i) {
      model::LogEntry line;
      line.execution_id = *base::Id::parse(id);
      line.flow = std::make_shared<model::FlowKey>(model::FlowKey{"main", "a.b", "f"});
      line.task_id = "say";
      line.task_run_id = *base::Id::parse(run);
      line.sequence = 1'000 + from + i;
      line.timestamp = harness.clock().now();
      line.message = fmt::format("line {}", from + i);
      batch.logs.push_back(std::move(line));
    }
    ASSERT_TRUE(harness.store().commit_and_wait(std::move(batch)).has_value());
  };
  add(0, 3);
  Live live(harness);
  ASSERT_EQ(live.subscribe("log:" + id, fmt::format(R"(, "since": {})", total)).status, 200);
  const Value first = live.next();
  ASSERT_EQ(first.find("lines")->size(), 3u);
  EXPECT_EQ(first.find("lines")->items()[0].find("n")->as_integer(), total + 1);
  EXPECT_EQ(first.find("revision")->as_integer(), total + 3);
  const std::string last = live.last();
  EXPECT_THAT(last, StartsWith(live.stream() + "-"));
  live.leave();
  add(3, 1'200);
  // The browser comes back and names the last frame that it has received: the topics are still there.
  Live again(harness, last);
  EXPECT_EQ(again.stream(), live.stream());
  std::set<int64_t> seen;
  while (seen.size() < 1'200) {
    const Value frame = again.next();
    const Value* lines = frame.find("lines");
    ASSERT_NE(lines, nullptr) << to_json(frame);
    for (const Value& line : lines->items())
      EXPECT_TRUE(seen.insert(line.find("n")->as_integer()).second) << line.find("n")->as_integer();
  }
  EXPECT_EQ(*seen.begin(), total + 4);
  EXPECT_EQ(*seen.rbegin(), total + 1'203);
  // A frame that was lost is sent again.
  again.leave();
  Live once_more(harness, last);
  const Value repeated = once_more.next();
  EXPECT_EQ(repeated.find("lines")->items()[0].find("n")->as_integer(), total + 4);
  // After lines were deleted, what the browser has named is not valid any more, however late it comes back.
  ASSERT_EQ(harness.send("DELETE", "logs/" + id).status, 200);
  add(2'000, 3);
  once_more.leave();
  Live late(harness, last);
  EXPECT_NE(late.next().find("overflow"), nullptr);
  EXPECT_EQ(late.next().find("lines")->items()[0].find("n")->as_integer(), 1);
  late.leave();
  EXPECT_NE(Live(harness, last).next().find("overflow"), nullptr);
  for (const char* garbage : {"garbage", "-", "a-b", "0-1", "-9999999999999999999999"})
    EXPECT_NE(Live(harness, garbage).stream(), live.stream()) << "a new stream";
}

TEST(LiveEvents, ExecutionsOfAListComeWithTheirFilters) {  // UI-1001
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  harness.deploy(test::log_flow("other", "f"));
  Live live(harness);
  ASSERT_EQ(live.subscribe("executions?filters[namespace][EQUALS]=a.b").status, 200);
  const std::string id = harness.run("a.b", "f");
  harness.wait_for_end(id);
  const Value frame = live.next();
  ASSERT_NE(frame.find("rows"), nullptr) << to_json(frame);
  EXPECT_EQ(frame.find("rows")->items()[0].find("id")->text(), id);
  const std::string foreign = harness.run("other", "f");
  harness.wait_for_end(foreign);
  for (int frames = 0; frames < 20; ++frames) {
    const Value next = live.next();
    const Value* gone = next.find("gone");
    if (gone == nullptr) continue;
    EXPECT_EQ(gone->items()[0].text(), foreign);
    return;
  }
  FAIL() << "the execution that does not match was not named";
}

TEST(LiveEvents, FlowsAndTriggersAndTheSystem) {  // UI-308, UI-46
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  Live live(harness);
  ASSERT_EQ(live.subscribe("flow:a.b/f").status, 200);
  EXPECT_EQ(live.next().find_path({"patch", "revision"})->as_integer(), 1);
  ASSERT_EQ(
      harness.send("PUT", "flows/a.b/f", test::log_flow("a.b", "f", "description: new\n"), "application/x-yaml").status,
      200);
  EXPECT_EQ(live.next().find_path({"patch", "revision"})->as_integer(), 2);
  ASSERT_EQ(live.subscribe("system").status, 200);
  EXPECT_FALSE(live.next().find_path({"patch", "inMaintenance"})->as_boolean());
}

TEST(LiveEvents, TopicsEnd) {
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  Live live(harness);
  ASSERT_EQ(live.subscribe("executions").status, 200);
  ASSERT_EQ(harness.post_json("events/" + live.stream(), R"({"unsubscribe": ["executions", "executions?x=1"]})").status,
            200);
  const std::string id = harness.run("a.b", "f");
  harness.wait_for_end(id);
  ASSERT_EQ(live.subscribe("execution:" + id).status, 200);
  EXPECT_EQ(text_of(live.next(), {"topic"}), "execution:" + id);
}

TEST(LiveEvents, RefuseGarbage) {
  Harness harness;
  Live live(harness);
  for (const char* topic : {"",
                            ":",
                            "?",
                            "execution",
                            "execution:",
                            "execution:a/b",
                            "runs:0:",
                            "runs:0:a b",
                            "log:0?q=x",
                            "log:0?minLevel=LOUD",
                            "execution:0?x=1",
                            "executions:0",
                            "flow:a",
                            "flow:/",
                            "flow:a/",
                            "flow:/f",
                            "system:1",
                            "system?x=1",
                            "nothing:1",
                            "executions?filters[nothing][EQUALS]=1",
                            "executions?filters[state][EQUALS]=x",
                            "triggers?filters[x]=1",
                            "executions?%zz",
                            "\\u0000",
                            "log:%2e%2e"}) {
    const Reply reply = live.subscribe(topic);
    EXPECT_TRUE(reply.status == 422 || reply.status == 400) << topic << " " << reply.status;
  }
  EXPECT_EQ(live.subscribe(std::string(5'000, 'x')).status, 422);
  EXPECT_EQ(live.subscribe("executions", R"(, "since": -1)").status, 422);
  EXPECT_EQ(live.subscribe("executions", R"(, "since": "1")").status, 422);
  const std::string events = "events/" + live.stream();
  for (const char* body : {"[]", "null", R"({"subscribe": {}})", R"({"subscribe": ["x"]})", R"({"subscribe": [{}]})",
                           R"({"unsubscribe": [1]})"}) {
    EXPECT_EQ(harness.post_json(events, body).status, 422) << body;
  }
  EXPECT_EQ(harness.post_json(events, "{}").status, 200);
  EXPECT_EQ(harness.post_json("events/none", "{}").status, 404);
  EXPECT_EQ(harness.post_json("events/%00", "{}").status, 422);
  std::string many = R"({"subscribe": [)";
  for (int i = 0; i < 201; ++i) many += fmt::format(R"({}{{"topic": "flow:a/f{}"}})", i == 0 ? "" : ",", i);
  EXPECT_EQ(harness.post_json(events, many + "]}").status, 422);
}

TEST(LiveEvents, HeartbeatsComeAlthoughChangesHaveNothingToSend) {  // API-46
  test::HarnessOptions options;
  options.settings.limits.heartbeat = std::chrono::milliseconds(300);
  Harness harness(std::move(options));
  harness.deploy(test::waiting_flow("a.b", "nap"));
  const std::string id = harness.run("a.b", "nap");
  harness.workers().take("nap");
  Events follow = harness.follow("logs/" + id + "/follow?minLevel=ERROR");
  Events events = harness.follow("events");
  const std::string stream(syntax::parse_json(events.next()->data)->find("stream")->text());
  ASSERT_EQ(
      harness
          .post_json("events/" + stream, fmt::format(R"({{"subscribe": [{{"topic": "log:{}?minLevel=ERROR"}}]}})", id))
          .status,
      200);
  std::mutex mutex;
  std::condition_variable_any ended;
  const std::jthread chatty([&](const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    // Much more often than the heartbeat.
    while (!ended.wait_for(lock, stop, std::chrono::milliseconds(10), [&] { return stop.stop_requested(); })) {
      harness.services().changes.publish({.execution = *base::Id::parse(id), .logs_only = true});
    }
  });
  const auto is_heartbeat = [](const auto& event) { return event && event->id.empty() && event->data.empty(); };
  auto event = events.next_or_heartbeat();
  while (event && !is_heartbeat(event)) event = events.next_or_heartbeat();
  EXPECT_TRUE(is_heartbeat(event));
  event = follow.next_or_heartbeat();
  while (event && !is_heartbeat(event)) event = follow.next_or_heartbeat();
  EXPECT_TRUE(is_heartbeat(event));
}

TEST(LiveEvents, AConnectionEndsSoThatItsLoginIsCheckedAgain) {  // AUTH-12
  test::HarnessOptions options;
  options.settings.limits.live_connection = std::chrono::milliseconds(50);
  Harness harness(std::move(options));
  Events events = harness.follow("events");
  const auto hello = events.next();
  ASSERT_TRUE(hello.has_value());
  std::string last;
  while (const auto event = events.next()) last = event->id;
  Events again = harness.follow("events", {{"Last-Event-ID", last}});
  EXPECT_EQ(again.next()->data, hello->data) << "the stream has outlived its connection";
}

TEST(LiveEvents, AnExecutionThatIsNotThereIsGone) {
  Harness harness;
  Live live(harness);
  ASSERT_EQ(live.subscribe("execution:0350tXGoneGoneGoneGone").status, 200);
  EXPECT_NE(live.next().find("gone"), nullptr);
}

TEST(LiveEvents, AStreamBelongsToItsUser) {  // AUTH-9
  test::HarnessOptions options;
  options.username = "a@b.c";
  options.password = "Secret123";
  Harness harness(options);
  EXPECT_EQ(harness.get("events").status, 401);
  EXPECT_EQ(harness.post_json("events/none", "{}").status, 401);
}

}  // namespace
}  // namespace gyr::web
