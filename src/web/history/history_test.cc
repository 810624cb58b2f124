#include "web/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using model::State;
using test::Harness;
using ::testing::HasSubstr;

base::Instant at(int64_t second) { return base::Instant::of_micros((1'767'600'000 + second) * 1'000'000); }

store::TaskRunHead head_of(uint32_t position, std::vector<model::StateChange> changes) {
  store::TaskRunHead head;
  head.position = position;
  head.run.id = base::Id{1, position + 1};
  head.run.task_id = fmt::format("t{}", position);
  head.run.state = model::StateHistory(std::move(changes));
  return head;
}

TEST(History, PagesHaveEveryEntryOnceInOrderOfTime) {  // UI-1102
  std::mt19937 random(7);
  std::vector<store::TaskRunHead> heads;
  size_t count = 0;
  for (uint32_t i = 0; i < 50; ++i) {
    const auto begin = static_cast<int64_t>(random() % 20);  // many at one moment
    auto head = head_of(i, {{State::created, at(begin)}, {State::running, at(begin)}, {State::success, at(begin + 3)}});
    model::Attempt attempt;
    attempt.state = model::StateHistory(State::running, at(begin + 1));
    head.run.attempts.push_back(attempt);
    count += 4;
    heads.push_back(std::move(head));
  }
  for (const size_t size : {1u, 7u, 200u, 1'000u}) {
    std::vector<std::string> seen;
    std::optional<base::Instant> last;
    std::optional<HistoryPlace> after;
    for (bool more = true; more;) {
      History history(after, size);
      std::ranges::shuffle(heads, random);
      for (const auto& head : heads) history.add(head);
      const auto page = history.page();
      EXPECT_LE(page.results.size(), size);
      for (const auto& entry : page.results) {
        EXPECT_TRUE(!last || *last <= entry.at);
        last = entry.at;
        seen.push_back(fmt::format("{} {} {}", *entry.task_id, entry.kind, *entry.to));
      }
      more = page.next.has_value();
      if (more) after = parse_history_place(*page.next);
      ASSERT_TRUE(!more || after);
    }
    EXPECT_EQ(seen.size(), count);
    std::ranges::sort(seen);
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
  }
}

TEST(History, PlacesAreReadBack) {
  const HistoryPlace place{-5, 1'000'001, 2, 3};
  EXPECT_EQ(parse_history_place(to_text(place)), place);
  for (const char* text : {"", "_", "1_2_3", "1_2_3_4_5", "a_1_1_1", "1_-1_0_0", "1_1_1_99999999999", " 1_1_1_1"})
    EXPECT_FALSE(parse_history_place(text)) << text;
}

std::string kinds(const Value& page) {
  std::string text;
  for (const Value& entry : page.find("results")->items()) {
    const Value* task = entry.find("taskId");
    text += fmt::format("{}{}{} ", task == nullptr ? "" : task->text(), task == nullptr ? "" : ":",
                        entry.find("kind")->text());
  }
  return text;
}

TEST(ExecutionHistory, TellsWhoMadeItPauseAndGoOn) {  // UI-1102
  Harness server;
  server.deploy("id: p\nnamespace: a.b\ntasks:\n  - {id: hold, type: io.kestra.plugin.core.flow.Pause}\n");
  const std::string id = server.run("a.b", "p");
  ASSERT_LT(server.send("POST", "executions/" + id + "/resume").status, 300);
  server.wait_for_end(id);
  const auto reply = server.get("executions/" + id + "/history");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const std::string text = kinds(reply.json());
  EXPECT_THAT(text, ::testing::StartsWith("created "));
  for (const char* part : {" pause ", " resume ", "hold:created ", "hold:pause ", "hold:resume "})
    EXPECT_THAT(text, HasSubstr(part));
  const Value first = reply.at({"results"}).items()[0];
  EXPECT_EQ(first.find_path({"by", "type"})->text(), "person");
  for (const Value& entry : reply.at({"results"}).items()) {
    if (entry.find("kind")->text() == "resume") EXPECT_EQ(entry.find("by"), nullptr) << "a timer can do it, too";
  }
  EXPECT_EQ(first.find("to")->text(), "CREATED");
  // The pages of one entry each are the same.
  std::string paged;
  std::string after;
  for (int i = 0; i < 100; ++i) {
    const auto page = server.get("executions/" + id + "/history?size=1" + (after.empty() ? "" : "&after=" + after));
    paged += kinds(page.json());
    const Value next = page.at({"next"});
    if (next.is_null()) break;
    after = next.text();
  }
  EXPECT_EQ(paged, text);
}

TEST(ExecutionHistory, RefusesGarbage) {
  Harness server;
  server.deploy(test::log_flow("a.b", "f"));
  const std::string target = "executions/" + server.run("a.b", "f") + "/history?";
  for (const char* query : {"after=x", "after=", "after=1_2_3", "size=0", "size=x"})
    EXPECT_EQ(server.get(target + query).status, 422) << query;
  EXPECT_EQ(server.get(target + "size=1000000").status, 200);
  EXPECT_EQ(server.get("executions/none/history").status, 404);
  EXPECT_EQ(server.get("executions/0350tXGoneGoneGoneGone/history").status, 404);
}

}  // namespace
}  // namespace gyr::web
