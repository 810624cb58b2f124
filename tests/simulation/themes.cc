#include "themes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gyr::simulation {
namespace {

using ActionKind = Action::Kind;
using HoldKind = Intervention::Kind;
using Scope = Intervention::Scope;

constexpr std::string_view flow_types = "io.kestra.plugin.core.flow.";

// ---- parts of flows

PlannedTask work(std::string id, int64_t min_ms, int64_t max_ms, uint32_t fails = 0) {
  PlannedTask task{.id = std::move(id), .type = "sim.Work"};
  task.behaviour = Behaviour{.min_ms = min_ms, .max_ms = max_ms, .fails = fails};
  task.may_fail = fails > 0;
  return task;
}

PlannedTask flowable(std::string id, std::string_view type, std::vector<PlannedTask> tasks) {
  PlannedTask task{.id = std::move(id), .type = fmt::format("{}{}", flow_types, type)};
  task.flowable = true;
  task.lists.push_back({"tasks", std::move(tasks)});
  return task;
}

PlannedTask parallel(std::string id, std::vector<PlannedTask> tasks) {
  PlannedTask task = flowable(std::move(id), "Parallel", std::move(tasks));
  task.concurrent = true;
  return task;
}

PlannedTask subflow(std::string id, std::string starts) {
  PlannedTask task{.id = std::move(id), .type = fmt::format("{}Subflow", flow_types)};
  task.properties = {"namespace: simulation", "flowId: " + starts, "inputs:", "  word: \"from {{ execution.id }}\""};
  task.starts = std::move(starts);
  task.may_fail = true;
  return task;
}

PlannedTask items(const std::string& id, std::string starts, size_t batches) {
  PlannedTask task{.id = id, .type = fmt::format("{}ForEachItem", flow_types)};
  task.flowable = true;
  task.properties = {"items: kestra:///items", "namespace: simulation", "flowId: " + starts,
                     "inputs:", "  word: \"{{ taskrun.items }}\""};
  task.branch = "made";
  PlannedTask split{.id = id + "_split", .type = "made", .behaviour = Behaviour{}, .repeats = batches};
  PlannedTask starter{
      .id = id + "_items", .type = "made", .repeats = batches, .may_fail = true, .starts = std::move(starts)};
  PlannedTask merge{.id = id + "_merge", .type = "made", .behaviour = Behaviour{}};
  task.lists.push_back({"made", {std::move(split), std::move(starter), std::move(merge)}, PlannedList::Form::made});
  return task;
}

PlannedTask pause_for(std::string id, int64_t seconds, std::string_view behavior, Aim aim) {
  PlannedTask task{.id = std::move(id), .type = fmt::format("{}Pause", flow_types)};
  task.flowable = true;
  task.properties = {fmt::format("pauseDuration: PT{}S", seconds), fmt::format("behavior: {}", behavior)};
  task.aim = aim;
  task.may_fail = aim == Aim::cancelling;
  return task;
}

PlannedTask directory(std::string id, std::vector<PlannedTask> tasks) {
  PlannedTask task = flowable(std::move(id), "WorkingDirectory", std::move(tasks));
  task.behaviour = Behaviour{};
  return task;
}

PlannedTask rounds(std::string id, size_t count, int64_t interval, std::vector<PlannedTask> tasks) {
  PlannedTask task = flowable(std::move(id), "LoopUntil", std::move(tasks));
  task.rounds = count;
  task.properties = {"condition: \"{{ 1 == 2 }}\"",
                     fmt::format("checkFrequency: {{interval: PT{}S, maxIterations: {}}}", interval, count)};
  return task;
}

void retry(PlannedTask& task, uint32_t retries, int64_t interval, bool gives_way) {
  task.retry = PlannedRetry{retries, gives_way};
  task.properties.push_back(fmt::format("retry: {{type: constant, interval: PT{}S, maxAttempts: {}{}}}", interval,
                                        retries + 1, gives_way ? ", behavior: CREATE_NEW_EXECUTION" : ""));
}

PlannedFlow flow(std::string id, std::vector<PlannedTask> tasks) {
  PlannedFlow made{.id = std::move(id)};
  made.head = {"inputs:", "  - {id: word, type: STRING, defaults: \"a word\"}"};
  made.lists.push_back({"tasks", std::move(tasks)});
  return made;
}

void add_outputs(PlannedFlow& flow, bool by_worker) {
  flow.head.push_back("outputs:");
  flow.head.push_back("  - {id: word, type: STRING, value: \"{{ inputs.word }}\"}");
  if (by_worker) flow.head.push_back("  - {id: asked, type: STRING, value: \"{{ kv('yes') }}\"}");
}

void add_limit(PlannedFlow& flow, size_t limit) {
  flow.limit = limit;
  flow.over_limit = "QUEUE";
  flow.head.push_back(fmt::format("concurrency: {{limit: {}, behavior: QUEUE}}", limit));
}

void add_sla(PlannedFlow& flow, int64_t seconds, std::string_view behavior) {
  flow.sla_seconds = seconds;
  flow.sla_behavior = behavior;
  flow.head.push_back("sla:");
  flow.head.push_back(
      fmt::format("  - {{id: agreed, type: MAX_DURATION, behavior: {}, duration: PT{}S, labels: {{late: \"yes\"}}}}",
                  behavior, seconds));
}

// ---- parts of scenarios

/// What is played instead of what was generated, on one server.
void play(Scenario& scenario, std::vector<PlannedFlow> flows) {
  scenario.flows = std::move(flows);
  scenario.actions.clear();
  scenario.interventions.clear();
  scenario.edits.clear();
  scenario.bounds.servers = 1;
  scenario.faults.sleeping_server = scenario.faults.lost_renewal = 0;
}

void create(Random& random, Scenario& scenario, const std::string& flow, int64_t count, int64_t until_ms) {
  for (int64_t i = 0; i < count; ++i)
    scenario.actions.push_back({.kind = ActionKind::create, .at_ms = random.between(0, until_ms), .flow = flow});
}

void act(Random& random, Scenario& scenario, ActionKind kind, size_t target, int64_t from_ms, int64_t to_ms,
         size_t child = 0) {
  scenario.actions.push_back({.kind = kind, .at_ms = random.between(from_ms, to_ms), .target = target, .child = child});
}

void hold(Random& random, Scenario& scenario, HoldKind kind, Scope scope, const std::string& flow, size_t target,
          int64_t to_ms, int64_t longest_ms) {
  scenario.interventions.push_back({.kind = kind,
                                    .scope = scope,
                                    .at_ms = random.between(10, to_ms),
                                    .length_ms = random.between(50, longest_ms),
                                    .flow = flow,
                                    .target = target});
}

void edit(Random& random, Scenario& scenario, Edit::Kind kind, const std::string& flow, int64_t to_ms,
          int64_t longest_ms) {
  scenario.edits.push_back({kind, flow, random.between(1, to_ms), random.between(10, longest_ms)});
}

size_t some_child(Random& random) { return 1 + random.below(6); }

// ---- situations

/// Many executions with dates, few of which fit into the index of dates, or into a batch.
void crowd(Random& random, Scenario& scenario) {
  PlannedFlow waits = flow(
      "flow1",
      {work("before", 1, 50), pause_for("wait", random.between(2, 15), "RESUME", Aim::success), work("behind", 1, 50)});
  play(scenario, {waits});
  const int64_t count = random.between(6, 12);
  create(random, scenario, "flow1", count, 1'500);
  scenario.bounds.partitions = 1;
  scenario.bounds.wakes = static_cast<uint32_t>(random.between(1, 2));
  scenario.bounds.batch_bytes = static_cast<uint64_t>(random.between(200, 700));
  for (size_t i = 0; i + 2 < static_cast<size_t>(count); ++i)
    hold(random, scenario, HoldKind::ignore, Scope::execution, "flow1", i, 2'500, 20'000);
  if (random.chance(600)) {
    const HoldKind kind = random.chance(500) ? HoldKind::kill : HoldKind::cancel;
    hold(random, scenario, kind, Scope::flow, "flow1", 0, 12'000, 3'000);
  }
}

/// A queue whose members are ignored, deleted, ended by an SLA, let out by hand.
void queue(Random& random, Scenario& scenario) {
  PlannedFlow limited = flow("flow1", {work("slow", 500, 4'000)});
  add_limit(limited, 1);
  if (random.chance(400)) add_sla(limited, random.between(1, 4), random.chance(500) ? "FAIL" : "CANCEL");
  play(scenario, {limited});
  const int64_t count = random.between(4, 7);
  create(random, scenario, "flow1", count, 800);
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    if (random.chance(300)) hold(random, scenario, HoldKind::ignore, Scope::execution, "flow1", i, 6'000, 10'000);
    if (random.chance(250)) act(random, scenario, ActionKind::remove, i, 300, 9'000);
    if (random.chance(150)) act(random, scenario, ActionKind::kill, i, 300, 9'000);
    if (random.chance(100)) act(random, scenario, ActionKind::unqueue, i, 300, 6'000);
  }
}

/// Callers and children are killed, restarted and deleted, before the children are there, while they run and behind
/// their end; children's flows are ignored.
void family(Random& random, Scenario& scenario) {
  PlannedFlow child = flow("flow2", {work("own", 1, 2'000, random.chance(300) ? Behaviour::always : 0)});
  if (random.chance(400)) add_limit(child, 1);
  std::vector<PlannedTask> calls;
  for (int64_t i = random.between(1, 3); i > 0; --i) calls.push_back(subflow(fmt::format("sub{}", i), "flow2"));
  PlannedFlow caller = flow("flow1", {parallel("all", std::move(calls))});
  play(scenario, {caller, child});
  const int64_t count = random.between(1, 3);
  create(random, scenario, "flow1", count, 500);
  scenario.bounds.partitions = static_cast<uint32_t>(random.between(2, 4));
  if (random.chance(700)) scenario.faults.slow_turn = static_cast<uint32_t>(random.between(50, 500));
  using enum Action::Kind;
  static constexpr std::array kinds{kill, kill, restart, remove, pause};
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    for (int64_t n = random.between(1, 3); n > 0; --n) {
      const ActionKind kind = kinds[random.below(kinds.size())];
      const bool of_child = kind != kill || random.chance(400);
      act(random, scenario, kind, i, 1, 5'000, of_child ? some_child(random) : 0);
    }
    if (random.chance(300)) act(random, scenario, restart, i, 2'000, 20'000);
  }
  for (int64_t n = random.between(0, 3); n > 0; --n)
    hold(random, scenario, HoldKind::ignore, Scope::flow, "flow2", 0, 2'500, 1'500);
}

/// Executions for the batches of a file, in many steps, with outputs that are files; they give way to others, and end
/// again when somebody restarts them alone.
void batches(Random& random, Scenario& scenario) {
  PlannedTask own = work("own", 1, 1'500, random.chance(500) ? static_cast<uint32_t>(random.between(1, 2)) : 0);
  if (own.may_fail && random.chance(500)) retry(own, 2, random.between(1, 4), true);
  PlannedFlow item = flow("flow2", {own});
  if (random.chance(700)) add_outputs(item, random.chance(200));
  PlannedFlow caller = flow("flow1", {items("items", "flow2", static_cast<size_t>(random.between(3, 9)))});
  play(scenario, {caller, item});
  create(random, scenario, "flow1", 1, 100);
  if (random.chance(700)) scenario.bounds.step_runs = static_cast<uint32_t>(random.between(1, 3));
  if (random.chance(500)) scenario.faults.slow_turn = static_cast<uint32_t>(random.between(50, 400));
  if (random.chance(400)) scenario.faults.refused_commit = static_cast<uint32_t>(random.between(50, 250));
  if (random.chance(300)) scenario.faults.failed_file = static_cast<uint32_t>(random.between(50, 500));
  using enum Action::Kind;
  if (random.chance(400)) act(random, scenario, kill, 0, 300, 5'000);
  if (random.chance(400)) act(random, scenario, restart, 0, 2'000, 20'000);
  for (int64_t n = random.between(0, 4); n > 0; --n) {
    static constexpr std::array kinds{restart, restart, kill, remove};
    act(random, scenario, kinds[random.below(kinds.size())], 0, 500, 8'000, some_child(random));
  }
}

/// Many tasks, each in a step of its own, between which the execution is ignored.
void many_steps(Random& random, Scenario& scenario) {
  PlannedTask each = flowable("each", "ForEach", {work("one", 1, 50)});
  each.repeats = static_cast<size_t>(random.between(20, 40));
  each.concurrent = true;
  std::string values;
  for (size_t i = 0; i < each.repeats; ++i) values += fmt::format("{}\"v{}\"", i == 0 ? "" : ", ", i);
  each.properties = {"values: [" + values + "]", "concurrencyLimit: 0"};
  play(scenario, {flow("flow1", {each})});
  create(random, scenario, "flow1", 2, 300);
  scenario.bounds.step_runs = static_cast<uint32_t>(random.between(1, 2));
  scenario.bounds.drain = 1;
  scenario.faults.slow_turn = static_cast<uint32_t>(random.between(20, 200));
  for (int64_t n = random.between(2, 5); n > 0; --n)
    hold(random, scenario, HoldKind::ignore, random.chance(500) ? Scope::flow : Scope::execution, "flow1",
         random.below(2), 3'000, 500);
}

/// The flow that others start cannot be had for a while.
void missing_flow(Random& random, Scenario& scenario) {
  PlannedFlow child = flow("flow2", {work("own", 1, 500)});
  const bool of_items = random.chance(500);
  PlannedTask call =
      of_items ? items("call", "flow2", static_cast<size_t>(random.between(1, 6))) : subflow("call", "flow2");
  if (!of_items && random.chance(500)) retry(call, 2, random.between(1, 5), false);
  PlannedFlow caller = flow("flow1", {work("before", 1, 2'000), call});
  play(scenario, {caller, child});
  create(random, scenario, "flow1", random.between(1, 3), 2'000);
  static constexpr std::array kinds{Edit::Kind::remove, Edit::Kind::disable, Edit::Kind::break_, Edit::Kind::touch};
  for (int64_t n = random.between(1, 3); n > 0; --n)
    edit(random, scenario, kinds[random.below(kinds.size())], "flow2", 3'000, 4'000);
  if (random.chance(500)) act(random, scenario, ActionKind::restart, 0, 3'000, 20'000);
}

/// Workers go on with what the execution does not wait for any more, and tell it later.
void old_attempts(Random& random, Scenario& scenario) {
  const bool of_directory = random.chance(500);
  std::vector<PlannedTask> inside{work("one", 200, 3'000), work("two", 200, 3'000)};
  PlannedTask slow = of_directory ? directory("folder", inside) : work("slow", 500, 5'000);
  PlannedFlow late = flow("flow1", {slow, work("behind", 1, 100)});
  const bool is_late = random.chance(600);
  if (is_late) add_sla(late, random.between(1, 2), random.chance(500) ? "FAIL" : "CANCEL");
  play(scenario, {late});
  create(random, scenario, "flow1", random.between(1, 2), 200);
  scenario.faults.slow_worker = static_cast<uint32_t>(random.between(300, 1'000));
  if (random.chance(500)) scenario.faults.slow_turn = static_cast<uint32_t>(random.between(100, 500));
  if (of_directory && random.chance(500)) {  // one of its tasks fails long before it tells its own end
    scenario.flows[0].lists[0].tasks[0].lists[0].tasks[0].behaviour->fails = Behaviour::always;
    scenario.flows[0].lists[0].tasks[0].lists[0].tasks[0].may_fail = true;
    scenario.faults.late_result = 1'000;
  }
  using enum Action::Kind;
  if (!is_late) act(random, scenario, pause, 0, 200, 2'500);
  for (int64_t n = random.between(1, 4); n > 0; --n) act(random, scenario, restart, 0, 1'000, 8'000);
  if (random.chance(300)) act(random, scenario, remove, 0, 500, 8'000);
}

/// An execution that is killed waits for a worker, while other parts of it have dates.
void slow_kill(Random& random, Scenario& scenario) {
  PlannedTask again = rounds("again", 3, random.between(1, 6), {work("round", 1, 200)});
  PlannedTask tried = work("tried", 1, 200, 2);
  retry(tried, 2, random.between(1, 6), false);
  PlannedFlow both = flow("flow1", {parallel("both", {again, work("slow", 3'000, 15'000), tried,
                                                      pause_for("wait", random.between(1, 6), "WARN", Aim::warning)})});
  if (random.chance(300)) add_outputs(both, true);
  play(scenario, {both});
  create(random, scenario, "flow1", 2, 200);
  scenario.faults.slow_worker = static_cast<uint32_t>(random.between(300, 1'000));
  act(random, scenario, ActionKind::kill, 0, 500, 5'000);
  if (random.chance(500)) {
    const HoldKind kind = random.chance(500) ? HoldKind::kill : HoldKind::cancel;
    hold(random, scenario, kind, Scope::flow, "flow1", 0, 5'000, 8'000);
  }
}

/// One that gave way is killed before the one in its place is there, or its caller is.
void given_up(Random& random, Scenario& scenario) {
  PlannedTask own = work("own", 1, 300, Behaviour::always);
  retry(own, 2, random.between(2, 8), true);
  PlannedFlow child = flow("flow2", {own});
  PlannedFlow caller = flow("flow1", {subflow("call", "flow2")});
  play(scenario, {caller, child});
  create(random, scenario, random.chance(500) ? "flow1" : "flow2", random.between(1, 2), 300);
  const bool of_child = scenario.actions[0].flow == "flow1" && random.chance(600);
  act(random, scenario, ActionKind::kill, 0, 500, 12'000, of_child ? some_child(random) : 0);
  if (random.chance(300)) act(random, scenario, ActionKind::remove, 0, 500, 12'000, of_child ? some_child(random) : 0);
}

/// What decides the end of an execution comes while its outputs are rendered, and a kill switch comes, too.
void late_decision(Random& random, Scenario& scenario) {
  PlannedTask tried = work("tried", 1'000, 4'000, Behaviour::always);
  PlannedTask both = parallel("both", {tried, pause_for("wait", random.between(1, 3), "CANCEL", Aim::cancelling)});
  retry(both, 2, 1, false);
  PlannedFlow decides = flow("flow1", {both});
  add_outputs(decides, true);
  if (random.chance(300)) add_sla(decides, random.between(1, 3), "CANCEL");
  play(scenario, {decides});
  create(random, scenario, "flow1", 2, 300);
  scenario.faults.slow_worker = static_cast<uint32_t>(random.between(500, 1'000));
  const HoldKind kind = random.chance(500) ? HoldKind::kill : HoldKind::cancel;
  hold(random, scenario, kind, random.chance(500) ? Scope::flow : Scope::execution, "flow1", 0, 6'000, 5'000);
  if (random.chance(300)) act(random, scenario, ActionKind::kill, 1, 500, 6'000);
}

/// Replays of what is still open: several tasks of one list run at a time, and one of them fails.
void open_replay(Random& random, Scenario& scenario) {
  PlannedTask first = work("first", 1, 800, random.chance(500) ? 1 : 0);
  if (first.may_fail) first.allow_failure = true;
  PlannedFlow steps = flow("flow1", {first, work("second", 500, 4'000, random.chance(500) ? Behaviour::always : 0),
                                     work("third", 1, 3'000)});
  PlannedTask told = pause_for("told", random.between(1, 5), "RESUME", Aim::success);
  if (random.chance(500)) steps.lists.push_back({"afterExecution", {told, work("end", 1, 2'000)}});
  play(scenario, {steps});
  create(random, scenario, "flow1", 2, 300);
  using enum Action::Kind;
  for (int64_t n = random.between(1, 4); n > 0; --n) act(random, scenario, replay_run, random.below(2), 100, 9'000);
  if (random.chance(500)) act(random, scenario, change_run, 0, 3'000, 12'000);
}

/// Triggers whose flow is saved, broken and ignored while they are evaluated; dates that come again.
void looked_at(Random& random, Scenario& scenario) {
  PlannedFlow polled = flow("flow1", {work("own", 1, 500)});
  polled.polls = true;
  if (random.chance(500)) {
    polled.missed_dates = "ALL";
    polled.dates_overlap = random.chance(500);
    for (int64_t i = random.between(2, 6), date = 0; i > 0; --i) polled.dates.push_back(date += random.between(1, 3));
  }
  play(scenario, {polled});
  create(random, scenario, "flow1", 1, 500);
  // The rows that a history begins with do not know what was defined: a flow with dates that is saved begins anew.
  for (int64_t n = polled.dates.empty() ? random.between(0, 3) : 0; n > 0; --n)
    edit(random, scenario, random.chance(600) ? Edit::Kind::touch : Edit::Kind::break_, "flow1", 8'000, 2'500);
  for (int64_t n = random.between(0, 3); n > 0; --n)
    hold(random, scenario, HoldKind::ignore, Scope::flow, "flow1", 0, 6'000, 4'000);
  for (int64_t n = random.chance(500) ? random.between(5, 25) : 0; n > 0; --n)
    scenario.actions.push_back(
        {.kind = ActionKind::restart_trigger, .at_ms = random.between(1, 4'000), .flow = "flow1"});
  if (random.chance(600)) {
    scenario.faults.refused_commit = static_cast<uint32_t>(random.between(100, 300));
    scenario.faults.clock_jump = static_cast<uint32_t>(random.between(1, 10));
  }
}

constexpr Theme all_themes[] = {
    {"crowd", crowd},
    {"queue", queue},
    {"family", family},
    {"batches", batches},
    {"many steps", many_steps},
    {"missing flow", missing_flow},
    {"old attempts", old_attempts},
    {"slow kill", slow_kill},
    {"given up", given_up},
    {"late decision", late_decision},
    {"open replay", open_replay},
    {"looked at", looked_at},
};

}  // namespace

std::span<const Theme> themes() { return all_themes; }

}  // namespace gyr::simulation
