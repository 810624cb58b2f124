// The stored states of flowables, as the program wrote them when one struct served all types: they are still read, and
// written again as the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/execution_state.h"
#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using testing::Harness;

constexpr std::string_view flow_yaml = R"(
tasks:
  - id: all
    type: io.kestra.plugin.core.flow.Parallel
    concurrent: "{{ 5 + 10 }}"
    tasks:
      - {id: waits, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT10H, behavior: FAIL}
      - {id: times_out, type: io.kestra.plugin.core.flow.Pause, timeout: PT11H}
      - id: until
        type: io.kestra.plugin.core.flow.LoopUntil
        condition: "{{ outputs.until.iterationCount == 100 }}"
        tasks: [{id: again, type: test.Work}]
      - id: dag
        type: io.kestra.plugin.core.flow.Dag
        concurrent: "{{ 5 }}"
        tasks:
          - task: {id: d1, type: test.Work}
          - task: {id: d2, type: test.Work}
            dependsOn: [d1]
      - id: each
        type: io.kestra.plugin.core.flow.ForEach
        values: ["a", "b", "c"]
        tasks: [{id: e1, type: test.Work}]
      - id: every
        type: io.kestra.plugin.core.flow.EachParallel
        value: ["x", "y"]
        concurrent: "{{ 1 }}"
        tasks: [{id: p1, type: test.Work}]
      - id: loop
        type: io.kestra.plugin.core.flow.Loop
        values: {k1: v1, k2: v2, k3: v3}
        breakWhen: "{{ item.value == 'v2' }}"
        tasks: [{id: l1, type: test.Work}]
      - id: lines
        type: io.kestra.plugin.core.flow.Loop
        values: "kestra:///lines.ion"
        tasks: [{id: f1, type: test.Work}]
      - id: pick
        type: io.kestra.plugin.core.flow.Switch
        value: "b"
        cases:
          a: [{id: s1, type: test.Work}]
          b: [{id: s2, type: test.Work}]
)";

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

/// An execution that consists of rows.
class FlowableRecords : public ::testing::Test {
 protected:
  FlowableRecords() : ids_(now_, 1, 1) {
    Harness compiled(flow_yaml);
    compiled.hold_work();
    compiled.run(false);
    const ExecutionState& ran = compiled.state();
    state_ = std::make_unique<ExecutionState>(ran.flow_pointer(), ran.execution(), false);
    restore("all", {}, "030204000000000000000000000000000000000000000000010009031e0700000000000000");
  }

  RunState& restore(const std::string& task, base::Id parent, std::string_view hex,
                    std::optional<std::string> value = {}, std::optional<int32_t> iteration = {}) {
    model::TaskRun run;
    run.id = ids_.next();
    run.task_id = task;
    run.parent_id = parent;
    run.value = std::move(value);
    run.iteration = iteration;
    run.state = model::StateHistory(State::created, now_);
    run.state.set(State::running, now_);
    const base::Id id = run.id;
    auto restored = state_->restore_run(std::move(run), position_++, bytes_of(hex));
    EXPECT_TRUE(restored.has_value()) << restored.error().message();
    RunState& found = *state_->find(id);
    EXPECT_EQ(ExecutionState::encode_run_state(found), bytes_of(hex)) << task;
    return found;
  }
  FlowableState& below_all(const std::string& task, std::string_view hex) {
    return *restore(task, state_->runs().front()->run.id, hex).flowable;
  }

  const base::Instant now_ = base::Instant::of_millis(1'700'000'000'000);
  base::IdGenerator ids_;
  std::unique_ptr<ExecutionState> state_;
  uint32_t position_ = 0;
};

TEST_F(FlowableRecords, RenderedLimits) {  // TASK-31, TASK-32
  FlowableState& all = *state_->runs().front()->flowable;
  EXPECT_EQ(all.as<ParallelState>().concurrent, 15);
  EXPECT_EQ(all.frame.total_of(ListRole::tasks), 7U);
  FlowableState& dag = below_all("dag", "030204000000000000000000000000000000000000000000010009030a0200000000000000");
  EXPECT_EQ(dag.as<DagState>().concurrent, 5);
}

TEST_F(FlowableRecords, Pauses) {  // TASK-39
  const auto& waits =
      below_all(
          "waits",
          "0302060000000000000000000000000000000000000001d48298b00db0dba69603000100090a02086265686176696f7244464149"
          "4c086475726174696f6e0cc0b204000000000000000000")
          .as<PauseState>();
  EXPECT_EQ(waits.behavior, "FAIL");
  EXPECT_EQ(waits.duration, base::Duration::of_seconds(36'000));
  const auto& times_out =
      below_all("times_out",
                "0302060000000000000000000000000000000000000001f4ba98b00db0dba69603000100090a02086265686176696f7247"
                "54494d454f5554086475726174696f6e0ce0ea04000000000000000000")
          .as<PauseState>();
  EXPECT_EQ(times_out.behavior, "TIMEOUT");
  EXPECT_EQ(times_out.duration, base::Duration::of_seconds(39'600));
}

TEST_F(FlowableRecords, RoundOfALoopUntil) {  // TASK-38
  FlowableState& until =
      below_all("until", "0302070000000000000000000000000000000000000001c6cb97b00dc8e5e50800010009000100000002000000");
  EXPECT_EQ(until.as<LoopUntilState>().round, 2U);
  EXPECT_FALSE(until.settled);
}

TEST_F(FlowableRecords, ValuesOfLoops) {  // TASK-25, TASK-35, TASK-36
  const auto& each =
      below_all("each", "03020400000000000000000000000000000000000000000001000909034161416241630300000000000000")
          .as<ForEachState>();
  EXPECT_EQ(each.values, Value::list({Value::string("a"), Value::string("b"), Value::string("c")}));
  const auto& every =
      below_all("every", "0302040000000000000000000000000000000000000000000100090902417841790200000001000000")
          .as<EachParallelState>();
  EXPECT_EQ(every.values, Value::list({Value::string("x"), Value::string("y")}));
  EXPECT_EQ(every.concurrent, 1U);
}

TEST_F(FlowableRecords, LoopAndItsIterations) {  // TASK-25
  RunState& loop = restore("loop", state_->runs().front()->run.id,
                           "0302040000000000000000000000000000000000000000000100090a03026b31427631026b32427632026b33427"
                           "6330300000000000000");
  EXPECT_FALSE(loop.flowable->as<LoopState>().values_from_file);
  EXPECT_EQ(loop_value(loop.flowable->as<LoopState>().values, 2), "v3");
  RunState& first = restore("loop.iteration", loop.run.id,
                            "030204000000000000000000000000000000000000000000010009000100000000000000", "v1", 0);
  EXPECT_FALSE(first.flowable->as<IterationState>().ended_loop);
  RunState& second = restore("loop.iteration", loop.run.id,
                             "030300000000000000000000000000000000000000000000010009000100000001010000", "v2", 1);
  EXPECT_TRUE(second.flowable->as<IterationState>().ended_loop);
  EXPECT_TRUE(second.flowable->settled);
  EXPECT_EQ(loop_of(second), loop.flowable->loop());
  EXPECT_EQ(loop.flowable->loop()->groups.size(), 2U);
  EXPECT_EQ(loop.flowable->loop()->next_iteration, 2U);

  const auto& lines =
      below_all("lines", "0302040000000000000000000000000000000000000000000100090902436f6e654374776f0200000001000000")
          .as<LoopState>();
  EXPECT_TRUE(lines.values_from_file);
  EXPECT_EQ(lines.values, Value::list({Value::string("one"), Value::string("two")}));
}

TEST_F(FlowableRecords, BranchOfASwitch) {  // TASK-34
  FlowableState& pick = below_all("pick", "030204000000000000000000000000000000000000000000010109000100000000000000");
  EXPECT_EQ(pick.branch, 1U);
  EXPECT_TRUE(std::holds_alternative<PlainState>(pick.detail));
  EXPECT_EQ(pick.loop(), nullptr);
}

TEST_F(FlowableRecords, OfAnotherTypeNothingIsTakenOver) {  // EXEC-84: another revision can change the type of a task
  const StoredFlowable of_loop_until{.kept = {}, .number = 7};
  EXPECT_FALSE(std::get<IterationState>(restored_flowable(of_loop_until, IterationState{}).detail).ended_loop);
  StoredFlowable of_loop{};
  of_loop.kept = Value::list({Value::string("a")});
  EXPECT_EQ(std::get<ParallelState>(restored_flowable(of_loop, ParallelState{}).detail).concurrent, std::nullopt);
  EXPECT_EQ(std::get<PauseState>(restored_flowable(of_loop, PauseState{}).detail).behavior, "");
  StoredFlowable of_pause{};
  of_pause.kept = Value::map({{"behavior", Value::integer(1)}, {"duration", Value::string("x")}});
  const FlowableState pause = restored_flowable(of_pause, PauseState{});
  EXPECT_EQ(std::get<PauseState>(pause.detail).behavior, "");
  EXPECT_EQ(std::get<PauseState>(pause.detail).duration, std::nullopt);
}

}  // namespace
}  // namespace gyr::engine
