// The simulator itself, and a few histories with the sanitizers of the unit tests.
#include "simulation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "base/log.h"
#include "base/probe.h"
#include "engine/compiled_flow.h"
#include "features.h"
#include "model.h"
#include "model/flow_parser.h"
#include "probes.h"
#include "shrink.h"
#include "sweep.h"
#include "types.h"

namespace gyr::simulation {
namespace {

using model::State;

class SimulationTest : public ::testing::Test {
 protected:
  SimulationTest() : level_(base::log::level()) { base::log::set_level(base::log::Level::off); }
  ~SimulationTest() override { base::log::set_level(level_); }

 private:
  base::log::Level level_;
};

std::string all_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += text + "\n";
  return out;
}

TEST_F(SimulationTest, GeneratedFlowsAreValid) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    for (const auto& flow : generate(seed).flows) {
      auto parsed = model::parse_flow(to_yaml(flow), types());
      ASSERT_TRUE(parsed.ok()) << seed << ": " << parsed.first_error() << "\n" << to_yaml(flow);
      auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "simulation", flow.id});
      auto compiled = engine::CompiledFlow::compile(parsed.flow, key, types());
      EXPECT_TRUE(compiled.has_value()) << seed << ": " << compiled.error().message();
    }
  }
}

TEST_F(SimulationTest, EveryFeatureIsGenerated) {
  std::string all;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    for (const auto& flow : generate(seed).flows) all += to_yaml(flow);
  }
  for (const char* part :
       {"sim.Work",     "sim.Echo",         "sim.Fail",    "Sequential",    "Parallel",  ".If",
        "Switch",       "ForEach",          "Subflow",     "Labels",        ".Pause",    "LoopUntil",
        "Dag",          "WorkingDirectory", "ForEachItem", "onPause:",      "sla:",      "CREATE_NEW_EXECUTION",
        "concurrency:", "SetVariables",     "sim.Look",    "errors:",       "finally:",  "afterExecution:",
        "retry:",       "timeout:",         "runIf:",      "allowFailure:", "disabled:", "kv('yes')"}) {
    EXPECT_NE(all.find(part), std::string::npos) << part;
  }
}

TEST_F(SimulationTest, HistoriesKeepThePromises) {  // principle: nothing lost
  for (uint64_t seed = 2; seed <= 16; ++seed) {     // the first is by far the longest
    Outcome outcome = examine(generate(seed), {});
    EXPECT_TRUE(outcome.ok()) << "seed " << seed << "\n"
                              << all_of(outcome.violations) << "\n"
                              << describe(generate(seed));
  }
}

TEST_F(SimulationTest, EveryInterventionIsGenerated) {  // EXEC-99, OPS-12, OPS-13
  std::set<std::pair<Intervention::Kind, Intervention::Scope>> switches;
  bool maintains = false, ends_by_itself = false;
  size_t without = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    const Scenario scenario = generate(seed);
    without += scenario.interventions.empty() ? 1 : 0;
    for (const auto& each : scenario.interventions) {
      EXPECT_GT(each.length_ms, 0);
      EXPECT_LT(each.target, scenario.actions.size());
      EXPECT_NE(scenario.find(each.flow), nullptr);
      ends_by_itself = ends_by_itself || each.has_end;
      if (each.kind == Intervention::Kind::maintenance) {
        maintains = true;
      } else {
        switches.emplace(each.kind, each.scope);
      }
    }
  }
  EXPECT_EQ(switches.size(), 9u);
  EXPECT_TRUE(maintains);
  EXPECT_TRUE(ends_by_itself);
  EXPECT_GT(without, 150u);
}

TEST_F(SimulationTest, WhatIsHeldBackKeepsThePromises) {  // EXEC-99, OPS-12, OPS-13
  size_t played = 0;
  for (uint64_t seed = 2; played < 4; ++seed) {
    const Scenario scenario = generate(seed);
    if (scenario.interventions.empty()) continue;
    played += 1;
    const Outcome outcome = examine(scenario, {});
    EXPECT_TRUE(outcome.ok()) << "seed " << seed << "\n" << all_of(outcome.violations) << "\n" << describe(scenario);
  }
}

// However many threads share the histories, the first failure is the same one.
TEST_F(SimulationTest, ThreadsFindTheSameFailure) {
  SweepOptions options{.run = {.canary = Canary::early_answer}, .seeds = 6, .deaths = true, .max_deaths = 4};
  auto quiet = [](uint64_t seed) {
    Scenario scenario = generate(seed);
    scenario.faults = {};
    return scenario;
  };
  Totals totals;
  const auto alone = sweep(options, quiet, totals);
  ASSERT_TRUE(alone.has_value());
  options.threads = 3;
  const auto together = sweep(options, quiet, totals);
  ASSERT_TRUE(together.has_value());
  EXPECT_EQ(alone->place, together->place);
  EXPECT_EQ(alone->outcome.violations, together->outcome.violations);
}

TEST_F(SimulationTest, ASweepPlaysEveryDeath) {
  SweepOptions options{.first_seed = 2, .seeds = 2, .deaths = true, .max_deaths = 3, .threads = 2};
  std::atomic<uint64_t> expected = 0;
  Totals totals;
  auto count = [&expected](const Scenario& scenario, const Outcome&) {
    const uint64_t commits = play(scenario, {.faults = false}).commits, stride = (commits + 2) / 3;
    expected += 1 + 2 * ((commits + stride - 1) / stride);
  };
  auto short_one = [](uint64_t seed) {
    Scenario scenario = generate(seed);
    scenario.actions.resize(1);
    scenario.interventions.clear();  // they may name what other requests create
    return scenario;
  };
  const auto failure = sweep(options, short_one, totals, count);
  EXPECT_FALSE(failure.has_value()) << all_of(failure->outcome.violations);
  EXPECT_EQ(totals.histories, expected);
}

TEST_F(SimulationTest, TheRealStoreGivesTheSameHistory) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    Outcome real = play(generate(seed), {.sqlite = true});
    EXPECT_TRUE(real.ok()) << all_of(real.violations);
    EXPECT_EQ(real.hash, play(generate(seed), {}).hash) << "seed " << seed;
  }
}

TEST_F(SimulationTest, OtherSeedsGiveOtherHistories) {
  EXPECT_NE(play(generate(1), {}).hash, play(generate(2), {}).hash);
}

// A clock that is set back while a partition waits after a failed commit makes it neither wait longer nor spin.
TEST_F(SimulationTest, AClockThatIsSetBackStopsNothing) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Scenario scenario = generate(seed);
    scenario.faults = {.refused_commit = 300, .clock_jump = 60};
    Outcome outcome = play(scenario, {});
    EXPECT_TRUE(outcome.ok()) << "seed " << seed << "\n" << all_of(outcome.violations) << "\n" << describe(scenario);
  }
}

// The stage `simulation` tries every one of them, without sanitizers.
TEST_F(SimulationTest, ACanaryIsNoticed) {  // each of them in the stage of simulations, which has no sanitizers
  bool noticed = false;
  for (uint64_t seed = 1; seed <= 300 && !noticed; ++seed)
    noticed = !examine(generate(seed), {.canary = canaries[0].canary}).ok();
  EXPECT_TRUE(noticed) << canaries[0].name;
}

TEST_F(SimulationTest, AFailureIsMadeSmaller) {
  const RunOptions broken{.canary = Canary::doubled_child};
  auto fails = [&broken](const Scenario& scenario) { return !play(scenario, broken).ok(); };
  uint64_t seed = 2;  // the first is by far the longest
  while (!fails(generate(seed))) ++seed;
  const Scenario large = generate(seed);
  const Scenario small = shrink(large, fails, 150);
  EXPECT_TRUE(fails(small));
  auto size = [](const Scenario& scenario) {
    size_t tasks = 0;
    for (const auto& flow : scenario.flows) tasks += count_tasks(flow.lists);
    return tasks + scenario.actions.size();
  };
  EXPECT_LT(size(small), size(large));
  EXPECT_LE(size(small), 8u) << describe(small);
}

TEST_F(SimulationTest, WhatAnOperatorDidIsLeftOut) {
  Scenario large = generate(1);
  large.interventions = {{.kind = Intervention::Kind::maintenance, .length_ms = 1},
                         {.kind = Intervention::Kind::kill, .length_ms = 2},
                         {.scope = Intervention::Scope::execution, .length_ms = 3}};
  auto fails = [](const Scenario& scenario) { return scenario.stops_any(); };
  const Scenario small = shrink(large, fails, 500);
  ASSERT_EQ(small.interventions.size(), 1u);
  EXPECT_EQ(small.interventions[0].length_ms, 2);
  // Requests that go take with them what named their executions, and the others keep their numbers.
  large.actions = {large.actions[0], large.actions[0]};
  large.actions[0].flow = "gone";
  large.interventions = {{.scope = Intervention::Scope::execution, .length_ms = 4, .target = 0},
                         {.scope = Intervention::Scope::execution, .length_ms = 5, .target = 1}};
  auto keeps = [](const Scenario& scenario) {
    return !scenario.interventions.empty() && scenario.interventions.back().length_ms == 5;
  };
  const Scenario kept = shrink(large, keeps, 500);
  ASSERT_EQ(kept.actions.size(), 1u);
  ASSERT_EQ(kept.interventions.size(), 1u);
  EXPECT_EQ(kept.interventions[0].target, 0u);
}

TEST(NaiveModel, GuessesAsTheSpecificationSays) {  // TASK-23
  using enum State;
  EXPECT_EQ(naive_state({}, success, false, false), success);
  EXPECT_EQ(naive_state({success, skipped}, success, false, false), success);
  EXPECT_EQ(naive_state({warning, success}, success, false, false), warning);
  EXPECT_EQ(naive_state({warning, success}, success, false, true), success);
  EXPECT_EQ(naive_state({failed, warning}, success, false, false), failed);
  EXPECT_EQ(naive_state({failed}, success, true, false), warning);
  EXPECT_EQ(naive_state({failed}, success, true, true), success);
  EXPECT_EQ(naive_state({killed, failed}, success, true, true), killed);
}

TEST(Probes, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const base::Probe& probe : base::probes()) EXPECT_TRUE(names.insert(probe.name).second) << probe.name;
  EXPECT_GE(names.size(), 60u);
}

TEST(Probes, ThatTheSimulatorCannotReachAreReachedByTheTestsThatTheTableNames) {
  const char* root = std::getenv("GYR_SOURCE_DIR");
  ASSERT_NE(root, nullptr);
  std::set<std::string_view> names;
  for (const base::Probe& probe : base::probes()) names.insert(probe.name);
  for (const ReachedElsewhere& each : reached_elsewhere()) {
    EXPECT_TRUE(names.contains(each.probe)) << each.probe;
    EXPECT_GT(each.reason.size(), 10u) << each.probe;
    std::ifstream file(std::string(root) + "/" + std::string(each.file));
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    EXPECT_NE(text.find("\"" + std::string(each.probe) + "\");"), std::string::npos)
        << each.file << " has no base::testing::Reaches of `" << each.probe << "`";
  }
}

}  // namespace
}  // namespace gyr::simulation
