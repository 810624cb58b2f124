// The simulator itself, and a few histories with the sanitizers of the unit tests.
#include "simulation.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "engine/compiled_flow.h"
#include "features.h"
#include "model.h"
#include "model/flow_parser.h"
#include "shrink.h"
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

TEST_F(SimulationTest, HistoriesKeepThePromises) {  // DESIGN 1
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    Outcome outcome = examine(generate(seed), {});
    EXPECT_TRUE(outcome.ok()) << "seed " << seed << "\n"
                              << all_of(outcome.violations) << "\n"
                              << describe(generate(seed));
  }
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
  auto fails = [&broken](const Scenario& scenario) { return !examine(scenario, broken).ok(); };
  uint64_t seed = 1;
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

}  // namespace
}  // namespace gyr::simulation
