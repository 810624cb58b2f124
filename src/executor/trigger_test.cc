// Triggers of the partition: their rows and the executions they start are one commit, whatever dies when (TRIG-202,
// TRIG-203).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "command/errors.h"
#include "executor/testing/harness.h"
#include "executor/trigger_meters.h"
#include "syntax/time.h"

namespace gyr::executor {
namespace {

using base::Value;
using engine::trigger::CreateBackfill;
using engine::trigger::PauseBackfill;
using engine::trigger::SetDisabled;
using engine::trigger::Unlock;
using model::State;
using test::Harness;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view say = "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}\n";
constexpr std::string_view nap = "tasks:\n  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n";

std::string with_trigger(std::string_view trigger, std::string_view tasks = say) {
  return fmt::format("{}triggers:\n  - {{id: t, type: io.kestra.plugin.core.trigger.{}}}\n", tasks, trigger);
}

/// `hh:mm` of the dates for which executions were started, in order, with their states.
std::string dates(Harness& server, std::string_view flow = "flow") {
  std::vector<std::string> found;
  for (const auto& row : server.executions(flow)) {
    const auto& execution = row.execution;
    found.push_back(
        (execution.schedule_date ? syntax::format_instant(*execution.schedule_date).substr(11, 5) : "none") + ":" +
        std::string(model::to_text(execution.state.current())));
  }
  std::ranges::sort(found);
  return fmt::format("{}", fmt::join(found, " "));
}

bool is_next(store::Reader& reader, std::string_view time, std::string_view flow = "flow") {
  auto row = reader.trigger({"main", "company.team", std::string(flow)}, "t");
  return row && *row && (*row)->next && syntax::format_instant(*(*row)->next).substr(11, 5) == time &&
         (*row)->execution_id.is_none();
}

ChangeTrigger change(engine::trigger::Event event, std::string_view flow = "flow", std::string id = "t") {
  return {std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", std::string(flow)}),
          std::move(id), std::move(event)};
}

base::Instant time_of(std::string_view text) { return *syntax::parse_api_instant(text); }

TEST(Triggers, BelongToTheRevisionThatIsSaved) {  // TRIG-192
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'"), "flow");
  auto row = server.trigger("flow", "t");
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->next, time_of("2024-01-01T09:00:00Z"));
  EXPECT_EQ(row->wake_at, row->next);
  server.deploy(with_trigger("Webhook, key: abc"), "flow");
  EXPECT_FALSE(server.trigger("flow", "t").has_value());
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'"), "flow");
  ASSERT_TRUE(server.submit(DeleteFlow{change({}).flow}).has_value());
  EXPECT_FALSE(server.trigger("flow", "t").has_value());
}

TEST(Triggers, AFlowThatIsNotStoredHasNoTriggers) {  // TRIG-202
  Harness server;
  server.store().refuse_one();
  SaveFlow save;
  save.row.key = {"main", "company.team", "flow"};
  save.row.source = "id: flow\nnamespace: company.team\n" + with_trigger("Schedule, cron: '0 * * * *'");
  EXPECT_FALSE(server.submit(save).has_value());
  EXPECT_FALSE(server.trigger("flow", "t").has_value());
}

TEST(Triggers, ADateStartsOneExecution) {  // TRIG-55, TRIG-58, TRIG-22
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *', labels: {a: b}"), "flow");
  server.set_clock("2024-01-01T09:00:00Z");
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_next(reader, "10:00"); }));
  EXPECT_EQ(dates(server), "09:00:SUCCESS");
  const auto execution = server.executions("flow")[0].execution;
  EXPECT_EQ(execution.trigger->id, "t");
  EXPECT_EQ(server.tree(execution.id), "say:SUCCESS");
  EXPECT_THAT(server.trigger_log("flow"),
              Contains(HasSubstr("Scheduled execution " + execution.id.to_text() + " at '2024-01-01T09:00:00Z'")));
}

// The process dies after any number of commits while three dates are due, each of whose executions runs a while.
TEST(Triggers, EachDateRunsOnceWhereverTheProcessDies) {  // TRIG-202, TRIG-203; principle: nothing lost
  bool survived = false;
  for (size_t commits = 0; !survived; ++commits) {
    SCOPED_TRACE(commits);
    ASSERT_LT(commits, 60u);
    Harness server({.threads = 1, .partitions = 2});
    server.set_script({.job =
                           [](test::ManualWorkers& workers, const test::ManualWorkers::Job& job) {
                             workers.finish(job);
                             return true;
                           },
                       .rendering = {}});
    server.set_clock("2024-01-01T08:30:00Z");
    server.deploy(with_trigger("Schedule, cron: '0 * * * *'", nap), "flow");
    server.store().die_after(commits);
    server.set_clock("2024-01-01T11:30:00Z");
    const auto done = [](store::Reader& reader) { return is_next(reader, "12:00"); };
    survived = server.wait_for(done);
    if (!survived) {
      server.stop();
      server.start();
      EXPECT_TRUE(server.wait_for(done));
    }
    EXPECT_EQ(dates(server), "09:00:SUCCESS 10:00:SUCCESS 11:00:SUCCESS");
  }
}

// Rows of many dates that come together are read at once; a commit that fails has them read again.
TEST(Triggers, ManyDatesAtOnceStartOneExecutionEach) {  // TRIG-200, TRIG-205
  constexpr int count = 30;
  for (const bool fails : {false, true}) {
    SCOPED_TRACE(fails);
    Harness server({.threads = 1, .partitions = 2});
    server.set_clock("2024-01-01T08:30:00Z");
    std::string source(say);
    source += "triggers:\n";
    for (int i = 0; i < count; ++i) {
      source += fmt::format("  - {{id: t{}, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 {} * * *'}}\n", i,
                            i % 3 == 0 ? 12 : 9);
    }
    server.deploy(source, "flow");
    if (fails) server.store().refuse_one();
    server.set_clock("2024-01-01T09:00:00Z");
    EXPECT_TRUE(server.wait_for([](store::Reader& reader) {
      auto rows = reader.triggers_of({"main", "company.team", "flow"});
      return rows && std::ranges::all_of(*rows, [](const auto& row) {
               return *row.next > time_of("2024-01-01T09:00:00Z") && row.execution_id.is_none();
             });
    }));
    std::set<std::string> started;
    for (const auto& row : server.executions("flow")) {
      EXPECT_EQ(row.execution.schedule_date, time_of("2024-01-01T09:00:00Z"));
      EXPECT_TRUE(started.insert(row.execution.trigger->id).second) << row.execution.trigger->id << " started twice";
    }
    EXPECT_EQ(started.size(), static_cast<size_t>(count - count / 3));
  }
}

// The same with a commit that fails instead.
TEST(Triggers, EachDateRunsOnceWhicheverCommitFails) {  // principle: failed commits
  for (size_t commit = 0; commit < 2; ++commit) {       // one a date
    SCOPED_TRACE(commit);
    Harness server({.threads = 1, .partitions = 2});
    server.set_clock("2024-01-01T08:30:00Z");
    server.deploy(with_trigger("Schedule, cron: '0 * * * *'"), "flow");
    server.store().refuse_one(commit);
    server.set_clock("2024-01-01T10:30:00Z");
    EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_next(reader, "11:00"); }));
    EXPECT_EQ(dates(server), "09:00:SUCCESS 10:00:SUCCESS");
  }
}

TEST(Triggers, ABackfillRunsEachDateOnceWhereverTheProcessDies) {  // TRIG-72, TRIG-73
  bool survived = false;
  for (size_t commits = 0; !survived; ++commits) {
    SCOPED_TRACE(commits);
    ASSERT_LT(commits, 60u);
    Harness server({.threads = 1, .partitions = 2});
    server.set_clock("2024-05-01T08:30:00Z");
    server.deploy(with_trigger("Schedule, cron: '0 * * * *'"), "flow");
    server.store().hold();
    auto answer =
        server.begin(change(CreateBackfill{time_of("2024-01-01T00:00:00Z"), time_of("2024-01-01T02:00:00Z"), {}, {}}));
    server.store().wait_until_held();
    server.store().die_after(commits);
    server.store().release();
    ASSERT_TRUE(answer.wait().has_value());
    const auto done = [](store::Reader& reader) { return is_next(reader, "09:00"); };
    survived = server.wait_for(done);
    if (!survived) {
      server.stop();
      server.start();
      EXPECT_TRUE(server.wait_for(done));
    }
    EXPECT_EQ(dates(server), "00:00:SUCCESS 01:00:SUCCESS 02:00:SUCCESS");
    EXPECT_FALSE(server.trigger("flow", "t")->backfill.has_value());
  }
}

TEST(Triggers, ADateWaitsForTheExecutionBefore) {  // TRIG-59, TRIG-192, TRIG-228, EXEC-63
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *', stopAfter: [FAILED]", nap), "flow");
  server.set_clock("2024-01-01T11:30:00Z");
  auto job = server.workers().take("nap");
  EXPECT_EQ(dates(server), "09:00:RUNNING");
  EXPECT_EQ(server.trigger("flow", "t")->execution_id, job.origin.execution);
  server.workers().finish(job);
  auto second = server.workers().take("nap");
  // Deleting frees it, too, and disables nothing.
  ASSERT_TRUE(server.submit(DeleteExecution{second.origin.execution}).has_value());
  auto third = server.workers().take("nap");
  EXPECT_EQ(dates(server), "09:00:SUCCESS 11:00:RUNNING");
  ASSERT_TRUE(server.submit(change(Unlock{})).has_value());
  EXPECT_EQ(server.submit(change(Unlock{})).error().message(), "Trigger is not locked");
  server.workers().finish(third, State::failed);
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) {
    auto row = reader.trigger({"main", "company.team", "flow"}, "t");
    return row && *row && (*row)->disabled;
  })) << "stopAfter";
}

TEST(Triggers, AnExecutionRefusedByTheGateLeavesNoLock) {  // TRIG-192, EXEC-61
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'",
                             std::string("concurrency: {limit: 1, behavior: CANCEL}\n") + std::string(nap)),
                "flow");
  base::Id first = server.run("flow");
  auto job = server.workers().take("nap");
  EXPECT_EQ(job.origin.execution, first);
  server.set_clock("2024-01-01T10:30:00Z");
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_next(reader, "11:00"); }));
  EXPECT_EQ(dates(server), "09:00:CANCELLED 10:00:CANCELLED none:RUNNING");
}

TEST(Triggers, AMissingExecutionIsLogged) {  // TRIG-194
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'", nap), "flow");
  server.set_clock("2024-01-01T09:30:00Z");
  auto job = server.workers().take("nap");
  server.stop();
  server.start();
  // As if it had been lost: the row of the trigger names it, nothing else.
  auto row = *server.trigger("flow", "t");
  row.execution_id = base::make_id(time_of("2024-01-01T09:00:00Z"));
  store::Batch batch;
  batch.triggers.push_back(row);
  ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
  server.stop();
  server.set_clock_only("2024-01-01T10:01:00Z");
  server.start();
  EXPECT_TRUE(server.wait_for([&](store::Reader&) {
    return !server.trigger_log("flow").empty() &&
           std::ranges::count(
               server.trigger_log("flow"),
               fmt::format("Execution '{}' is not found, schedule is blocked since '2024-01-01T10:00:00Z'",
                           row.execution_id.to_text())) == 1;
  }));
  ASSERT_TRUE(server.submit(change(Unlock{})).has_value());
}

TEST(Triggers, AreCounted) {  // TRIG-207
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'", nap), "flow");
  const auto counted = [&] {
    const auto snapshot = server.trigger_meters();
    return snapshot.series.empty() ? TriggerMeters::Series{} : snapshot.series[0];
  };
  server.set_clock("2024-01-01T09:00:00Z");
  const auto first = server.workers().take("nap");
  EXPECT_EQ(counted().flow.id, "flow");
  EXPECT_EQ(counted().started, 1u);
  EXPECT_EQ(counted().delay.seconds, 0);
  server.set_clock("2024-01-01T10:02:00Z");
  while (counted().running.count == 0) std::this_thread::yield();  // nothing is stored where a date only waits
  EXPECT_EQ(counted().running.max_seconds, 120);
  server.workers().finish(first);
  const auto second = server.workers().take("nap");
  EXPECT_EQ(counted().started, 2u);
  EXPECT_EQ(counted().delay.max_seconds, 120);
  server.workers().finish(second);
  server.wait_for_end(second.origin.execution);
  ASSERT_TRUE(
      server.submit(change(CreateBackfill{time_of("2023-01-01T00:00:00Z"), time_of("2023-01-01T00:00:00Z"), {}, {}}))
          .has_value());
  server.workers().take("nap");
  EXPECT_EQ(counted().started, 3u);
  EXPECT_EQ(counted().delay.count, 2u) << "a date of a backfill is not late";
  EXPECT_EQ(counted().missing.count, 0u);
}

TEST(Triggers, MoreDatesThanFitInMemory) {  // principle: triggers are rows
  ExecutorOptions options{.threads = 1, .partitions = 1};
  options.limits.trigger_wakes = 3;
  Harness server(options);
  server.set_clock("2024-01-01T08:30:00Z");
  std::string triggers;
  for (int i = 0; i < 12; ++i)
    triggers +=
        fmt::format("  - {{id: t{}, type: io.kestra.plugin.core.trigger.Schedule, cron: '{} * * * *'}}\n", i, i * 5);
  server.deploy(std::string(say) + "triggers:\n" + triggers, "flow");
  server.set_clock("2024-01-01T09:30:00Z");
  EXPECT_TRUE(server.wait_for([&](store::Reader&) { return server.executions("flow").size() == 12; }));
  server.stop();
  server.start();
  server.set_clock("2024-01-01T10:30:00Z");
  EXPECT_TRUE(server.wait_for([&](store::Reader&) { return server.executions("flow").size() == 24; }));
}

TEST(Triggers, ExpressionsOnlySeeTheirVariables) {  // TRIG-24
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'",
                             "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: \"{{ trigger.date ?? "
                             "'no date' }}, {{ trigger.id ?? 'no id' }}, "
                             "{{ trigger.type ?? 'no type' }}, {{ trigger is defined }}\"}\n"),
                "flow");
  server.set_clock("2024-01-01T09:00:00Z");
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_next(reader, "10:00"); }));
  EXPECT_THAT(server.log_messages(server.executions("flow")[0].execution.id),
              Contains("2024-01-01T09:00:00Z, no id, no type, true"));
  const base::Id by_hand = server.run("flow");
  server.wait_for_end(by_hand);
  EXPECT_THAT(server.log_messages(by_hand), Contains("no date, no id, no type, false"));
}

// Nobody asks for it, and nothing else happens: the clock alone wakes the partition.
TEST(Triggers, FireByThemselves) {  // TRIG-200
  Harness server;
  server.deploy(with_trigger("Schedule, cron: '* * * * * *', withSeconds: true, allowConcurrent: true"), "flow");
  EXPECT_TRUE(server.wait_for([&](store::Reader&) { return server.executions("flow").size() >= 2; }));
  auto rows = server.executions("flow");
  std::ranges::sort(rows, {}, [](const store::ExecutionRow& row) { return *row.execution.schedule_date; });
  ASSERT_GE(rows.size(), 2u);
  EXPECT_EQ(*rows[1].execution.schedule_date, *rows[0].execution.schedule_date + base::Duration::of_seconds(1));
  for (const auto& row : rows)
    EXPECT_LE(*row.execution.schedule_date, row.execution.state.changes().front().date) << "not before its date";
}

// A whole server's partitions and threads; most dates are not in memory. Each row has one owner, so each date comes
// once.
TEST(Triggers, OfOneSecondAllFireOnce) {  // TRIG-200, TRIG-201, TRIG-205
  constexpr size_t flows = 8, in_a_flow = 25;
  ExecutorOptions options{.threads = 2, .partitions = 4};
  options.limits.trigger_wakes = 16;
  Harness server(options);
  server.set_clock("2024-01-01T08:30:00Z");
  std::string triggers;
  for (size_t i = 0; i < in_a_flow; ++i)
    triggers += fmt::format("  - {{id: t{}, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 * * * *'}}\n", i);
  for (size_t i = 0; i < flows; ++i)
    server.deploy(std::string(say) + "triggers:\n" + triggers, fmt::format("flow{}", i));
  const auto all_have = [&](size_t executions) {
    return [&, flow = size_t{0}, executions](store::Reader&) mutable {
      while (flow < flows && server.executions(fmt::format("flow{}", flow)).size() >= executions) ++flow;
      return flow == flows;
    };
  };
  server.set_clock("2024-01-01T09:00:00Z");
  EXPECT_TRUE(server.wait_for(all_have(in_a_flow)));
  server.crash();
  server.start();
  server.set_clock("2024-01-01T10:00:00Z");
  EXPECT_TRUE(server.wait_for(all_have(2 * in_a_flow)));
  for (size_t i = 0; i < flows; ++i) {
    std::set<std::pair<std::string, int64_t>> seen;
    const auto rows = server.executions(fmt::format("flow{}", i));
    EXPECT_EQ(rows.size(), 2 * in_a_flow);
    for (const auto& row : rows) seen.emplace(row.execution.trigger->id, row.execution.schedule_date->seconds);
    EXPECT_EQ(seen.size(), rows.size());
  }
}

TEST(Triggers, AHostCallFiresOnce) {  // TRIG-54, TRIG-85
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *', when: \"{{ kv('go', errorOnMissing=false) == 'yes' }}\", "
                             "labels: {x: \"{{ kv('go') }}\"}"),
                "flow");
  ASSERT_TRUE(
      server
          .host_call("flow", {}, "kv.set", Value::map({{"key", Value::string("go")}, {"value", Value::string("yes")}}))
          .has_value());
  server.set_clock("2024-01-01T10:30:00Z");
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_next(reader, "11:00"); }));
  EXPECT_EQ(dates(server), "09:00:SUCCESS 10:00:SUCCESS");
  // Dates from a key: computed when the host has answered.
  ASSERT_TRUE(
      server
          .host_call("flow", {}, "kv.set",
                     Value::map({{"key", Value::string("date")}, {"value", Value::string("2024-01-01T12:00:00Z")}}))
          .has_value());
  server.deploy(with_trigger("ScheduleOnDates, dates: [\"{{ kv('date') }}\"]"), "listed");
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_next(reader, "12:00", "listed"); }));
}

TEST(Triggers, TheirLogIsNotThatOfAnExecution) {  // TRIG-22, CORE-72
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'"), "flow");
  server.set_clock("2024-01-01T09:00:00Z");
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return is_next(reader, "10:00"); }));
  ASSERT_EQ(server.trigger_log("flow").size(), 1u);
  EXPECT_THAT(server.log_messages(base::Id()), IsEmpty()) << "an id of nothing but zeros is none";
  auto purged = server.host_call("flow", {}, "logs.purge", Value::map({{"namespace", Value::string("company.team")}}));
  ASSERT_TRUE(purged.has_value());
  EXPECT_EQ(purged->find("count")->as_integer(), 1) << "the line of the execution";
  EXPECT_FALSE(purged->find("more")->as_boolean());
  EXPECT_EQ(server.trigger_log("flow").size(), 1u);
}

TEST(Triggers, CommandsForMissingTriggers) {  // TRIG-222
  Harness server;
  server.deploy(with_trigger("Webhook, key: abc"), "flow");
  EXPECT_EQ(server.submit(change(SetDisabled{true})).error().message(), "Flow flow has no trigger t");
  EXPECT_EQ(server.submit(change(SetDisabled{true}, "nobody")).error().message(), "Flow of trigger t not found");
  EXPECT_EQ(server.submit(DeleteTrigger{change({}).flow, "t"}).error().code(), trigger_not_found);
}

TEST(Triggers, ADeletedStateIsCreatedAgain) {  // TRIG-234
  Harness server;
  server.set_clock("2024-01-01T08:30:00Z");
  server.deploy(with_trigger("Schedule, cron: '0 * * * *'"), "flow");
  ASSERT_TRUE(server.submit(change(SetDisabled{true})).has_value());
  server.set_clock("2024-01-01T10:30:00Z");
  ASSERT_TRUE(server.submit(DeleteTrigger{change({}).flow, "t"}).has_value());
  auto row = server.trigger("flow", "t");
  ASSERT_TRUE(row.has_value());
  EXPECT_FALSE(row->disabled);
  EXPECT_EQ(row->next, time_of("2024-01-01T11:00:00Z"));
  EXPECT_THAT(server.executions("flow"), IsEmpty());
}

}  // namespace
}  // namespace gyr::executor
