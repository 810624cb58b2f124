// What tasks do to executions, logs, files and states by host calls (CORE-43, CORE-72, CORE-92, CORE-98, CORE-100).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command/errors.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;
using ::testing::HasSubstr;

constexpr std::string_view logging =
    "tasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: [one, two]}\n"
    "  - {id: b, type: io.kestra.plugin.core.log.Log, message: three, level: WARN}\n";
constexpr std::string_view sleeping = "tasks:\n  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n";

struct Acting : ::testing::Test {
  Harness server;
  base::Id ended(std::string_view flow) {
    const base::Id id = server.run(flow);
    server.wait_for_end(id);
    return id;
  }
  Value call(std::string function, Value arguments, base::Id execution = {}) {
    auto answer = server.host_call("logging", execution, std::move(function), std::move(arguments));
    EXPECT_TRUE(answer.has_value()) << answer.error().to_string();
    return answer.value_or(Value());
  }
  static int64_t number(const Value& answer, std::string_view name) { return answer.find(name)->as_integer(); }
  static Value text(std::string_view value) { return Value::string(value); }
  static Value later() { return Value::instant(base::SystemClock().now() + base::Duration::of_seconds(3'600)); }
  static Value earlier() { return Value::instant(base::SystemClock().now() - base::Duration::of_seconds(3'600)); }
  void put_file(base::Id id, std::string_view name) {
    auto sink =
        server.storage().put("main", storage::execution_path("company.team", "logging", id) + "/" + std::string(name));
    ASSERT_TRUE(sink.has_value());
    ASSERT_TRUE((*sink)->write("x").has_value() && (*sink)->finish().has_value());
  }
};

TEST_F(Acting, CountsByStartAndState) {  // CORE-98
  server.deploy(logging, "logging");
  ended("logging");
  ended("logging");
  const Value flows = Value::list({Value::map({{"namespace", text("company.team")}, {"flowId", text("logging")}}),
                                   Value::map({{"namespace", text("company.team")}, {"flowId", text("none")}})});
  auto arguments = [&](Value from, std::string_view state) {
    return Value::map({{"flows", flows},
                       {"namespaces", Value::list({text("company.team"), text("company")})},
                       {"states", Value::list({text(state)})},
                       {"startDate", std::move(from)},
                       {"endDate", later()}});
  };
  const Value found = call("executions.count", arguments(earlier(), "SUCCESS"));
  EXPECT_EQ(found.find("flows")->items()[0].as_integer(), 2);
  EXPECT_EQ(found.find("flows")->items()[1].as_integer(), 0);
  EXPECT_EQ(found.find("namespaces")->items()[0].as_integer(), 2);
  EXPECT_EQ(found.find("namespaces")->items()[1].as_integer(), 0) << "a namespace matches exactly";
  EXPECT_EQ(call("executions.count", arguments(earlier(), "FAILED")).find("flows")->items()[0].as_integer(), 0);
  EXPECT_EQ(call("executions.count", arguments(later(), "SUCCESS")).find("flows")->items()[0].as_integer(), 0);
  EXPECT_FALSE(server.host_call("logging", {}, "executions.count", arguments(earlier(), "NOTHING")).has_value());
}

TEST_F(Acting, KillsOnlyTheNamedExecution) {  // TASK-97, CORE-3
  server.deploy(logging, "logging");
  server.deploy(sleeping, "sleeping");
  const base::Id id = server.run("sleeping");
  server.workers().take("nap");
  const Value target = Value::map(
      {{"executionId", text(id.to_text())}, {"namespace", text("company.team")}, {"flowId", text("sleeping")}});
  auto of_own_flow =
      server.host_call("logging", {}, "executions.kill", Value::map({{"executionId", text(id.to_text())}}));
  ASSERT_FALSE(of_own_flow.has_value());
  EXPECT_THAT(of_own_flow.error().message(), HasSubstr("not found"));
  call("executions.kill", target);
  EXPECT_EQ(server.row(id)->execution.state.current(), State::killed) << "no worker had begun with its task";
}

TEST_F(Acting, PurgesEndedExecutionsWithAllThatBelongsToThem) {  // CORE-88, CORE-100, CORE-101, TASK-98
  server.deploy(logging, "logging");
  server.deploy(sleeping, "sleeping");
  const base::Id old = ended("logging");
  put_file(old, "a.txt");
  put_file(old, "deep/b.txt");
  const base::Id open = server.run("sleeping");
  server.workers().take("nap");
  auto arguments = [](Value end, bool executions) {
    return Value::map({{"namespace", text("company")},
                       {"endDate", std::move(end)},
                       {"purgeExecution", Value::boolean(executions)},
                       {"batchSize", Value::integer(10)}});
  };
  EXPECT_EQ(number(call("executions.purge", arguments(earlier(), true)), "executions"), 0);
  const Value parts = call("executions.purge", arguments(later(), false));
  EXPECT_EQ(number(parts, "executions"), 0);
  EXPECT_EQ(number(parts, "logs"), 3);
  EXPECT_EQ(number(parts, "storages"), 2);
  EXPECT_TRUE(server.row(old).has_value());
  EXPECT_TRUE(server.log_messages(old).empty());
  const Value all = call("executions.purge", arguments(later(), true));
  EXPECT_EQ(number(all, "executions"), 1) << "the open one is not touched";
  EXPECT_EQ(number(all, "storages"), 0) << "a folder that is gone is no error";
  EXPECT_FALSE(server.row(old).has_value());
  EXPECT_TRUE(server.row(open).has_value());
  EXPECT_FALSE(
      server
          .host_call("logging", {}, "executions.purge", Value::map({{"flowId", text("logging")}, {"endDate", later()}}))
          .has_value())
      << "a flow needs its namespace";
}

TEST_F(Acting, PurgesTheFilesOfTheRunningExecution) {  // CORE-43
  server.deploy(logging, "logging");
  const base::Id id = ended("logging");
  put_file(id, "a.txt");
  const Value gone = call("files.purge", Value::empty_map(), id);
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_THAT(std::string(gone.items()[0].text()), HasSubstr("/a.txt"));
  EXPECT_EQ(call("files.purge", Value::empty_map(), id).size(), 0u);
}

TEST_F(Acting, FetchesAndPurgesLogs) {  // CORE-71, CORE-72, TASK-99, TASK-100
  server.deploy(logging, "logging");
  const base::Id id = ended("logging");
  auto fetched = [&](std::string_view level) {
    const Value answer = call("logs.fetch", Value::map({{"level", text(level)}}), id);
    std::string out;
    for (const Value& line : answer.find("lines")->items()) out += std::string(line.find("message")->text()) + " ";
    return out;
  };
  EXPECT_EQ(fetched("INFO"), "one two three ");
  EXPECT_EQ(fetched("WARN"), "three ");
  auto purged = [&](Value levels, Value end) {
    return number(call("logs.purge", Value::map({{"namespace", text("company.team")},
                                                 {"flowId", text("logging")},
                                                 {"logLevels", std::move(levels)},
                                                 {"endDate", std::move(end)}})),
                  "count");
  };
  EXPECT_EQ(purged(Value::empty_list(), earlier()), 0);
  EXPECT_EQ(purged(Value::list({text("INFO")}), later()), 2) << "of these levels only, not those above";
  EXPECT_EQ(fetched("TRACE"), "three ");
  EXPECT_EQ(purged(Value::empty_list(), later()), 1);
  EXPECT_EQ(purged(Value::empty_list(), later()), 0);
  EXPECT_FALSE(server
                   .host_call("logging", id, "logs.purge",
                              Value::map({{"logLevels", Value::list({text("LOUD")})}, {"endDate", later()}}))
                   .has_value());
}

TEST_F(Acting, KeepsStatesByFlowNamespaceAndValue) {  // CORE-92, KV-20, TASK-102, CORE-99
  auto set = [&](Value more) {
    base::MapBuilder arguments(std::move(more));
    return call("state.set", arguments.build());
  };
  const Value data = Value::map({{"a", Value::integer(1)}});
  const Value first = set(Value::map({{"data", data}}));
  EXPECT_EQ(first.find("key")->text(), "logging_states_tasks-states_default");
  EXPECT_EQ(number(set(Value::map({{"data", Value::map({{"b", Value::integer(2)}})}})), "count"), 2);
  set(Value::map({{"data", data}, {"value", text("x y")}}));
  set(Value::map({{"data", data}, {"shared", Value::boolean(true)}}));
  auto count = [&](Value which) { return call("state.get", std::move(which)).find("data")->size(); };
  EXPECT_EQ(count(Value::empty_map()), 2u);
  EXPECT_EQ(count(Value::map({{"value", text("x y")}})), 1u);
  EXPECT_EQ(count(Value::map({{"value", text("other")}})), 0u);
  auto other_flow = server.host_call("other", {}, "state.get", Value::map({{"shared", Value::boolean(true)}}));
  EXPECT_EQ(other_flow->find("data")->size(), 1u);
  EXPECT_TRUE(call("state.delete", Value::empty_map()).find("found")->as_boolean());
  EXPECT_FALSE(call("state.delete", Value::empty_map()).find("found")->as_boolean());
  EXPECT_FALSE(server.host_call("logging", {}, "state.set", Value::map({{"name", text("a/b")}})).has_value());
}

// ---------------------------------------------------------------------------------------------- copies

TEST(Copies, AReplayAndItsLabelAreOneCommit) {  // EXEC-85
  Harness server;
  server.deploy(logging, "logging");
  const base::Id id = server.run("logging");
  server.wait_for_end(id);
  ReplayExecution replay;
  replay.id = id;
  replay.replay = server.new_id("logging");
  server.store().refuse_one();
  EXPECT_FALSE(server.submit(replay).has_value());
  EXPECT_FALSE(server.row(replay.replay).has_value());
  auto is_replayed = [&] {
    for (const auto& label : server.row(id)->execution.labels) {
      if (label.key == "system.replayed") return true;
    }
    return false;
  };
  EXPECT_FALSE(is_replayed());
  ASSERT_TRUE(server.submit(replay).has_value());
  EXPECT_TRUE(is_replayed());
  EXPECT_EQ(server.wait_for_end(replay.replay), State::success);
}

TEST(Copies, AReplayContinuesAfterACrash) {  // EXEC-85, EXEC-130
  Harness server;
  server.deploy(
      "tasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\n  - {id: nap, type: "
      "io.kestra.plugin.core.flow.Sleep, duration: PT1H}\n",
      "work");
  const base::Id id = server.run("work");
  server.workers().finish(server.workers().take("nap"));
  server.wait_for_end(id);
  auto reader = server.store().open_reader();
  auto runs = (*reader)->task_runs(id, 0, 10);
  ReplayExecution replay;
  replay.id = id;
  replay.replay = server.new_id("work");
  replay.task_run = (*runs)[1].run.id;
  auto answer = server.submit(replay);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->execution.state.current(), State::restarted);
  reader->reset();
  server.crash();
  server.start();
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(replay.replay), State::success);
  EXPECT_EQ(server.tree(replay.replay), "a:SUCCESS nap:SUCCESS");
}

TEST_F(Acting, SwitchesTriggers) {  // TRIG-210, TRIG-211, TRIG-1085, CORE-99
  server.deploy(std::string(logging) +
                    "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 0 1 1 *'}\n"
                    "  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: abc}\n",
                "logging");
  call("triggers.toggle", Value::map({{"trigger", text("t")}}));
  EXPECT_TRUE(server.trigger("logging", "t")->disabled) << "without `enabled` it is switched off";
  call("triggers.toggle",
       Value::map({{"trigger", text("t")}, {"flowId", text("logging")}, {"enabled", Value::boolean(true)}}));
  EXPECT_FALSE(server.trigger("logging", "t")->disabled);
  const auto refused = [&](Value arguments) {
    auto answer = server.host_call("logging", {}, "triggers.toggle", std::move(arguments));
    return answer ? std::string("done") : answer.error().message();
  };
  EXPECT_EQ(refused(Value::map({{"trigger", text("t")}, {"flowId", text("none")}})),
            "Unable to find flow company.team.none. Make sure the flow exists and the current execution is authorized "
            "to access it.");
  EXPECT_EQ(refused(Value::map({{"trigger", text("hook")}})),
            "Unable to find trigger hook for the flow company.team.logging");
}

}  // namespace
}  // namespace gyr::executor
