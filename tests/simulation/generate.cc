// From a seed to a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "executor/limits.h"
#include "features.h"
#include "scenario.h"
#include "themes.h"

namespace gyr::simulation {
namespace {

void add_sla(Random& random, PlannedFlow& flow) {
  static constexpr std::array<std::string_view, 3> behaviors{"FAIL", "CANCEL", "NONE"};
  flow.sla_behavior = behaviors[random.below(behaviors.size())];
  flow.head.push_back("sla:");
  if (random.chance(700)) {
    flow.sla_seconds = random.between(1, 30);
    flow.head.push_back(
        fmt::format("  - {{id: agreed, type: MAX_DURATION, behavior: {}, duration: PT{}S, labels: {{late: \"yes\"}}}}",
                    flow.sla_behavior, flow.sla_seconds));
  } else {
    const char* assertion = random.chance(500) ? "{{ 1 == 2 }}" : "{{ kv('no') }}";
    flow.head.push_back(fmt::format("  - {{id: agreed, type: EXECUTION_ASSERTION, behavior: {}, assert: \"{}\"}}",
                                    flow.sla_behavior, assertion));
  }
}

PlannedFlow make_flow(Random& random, const std::string& id, const std::vector<std::string>& later) {
  PlannedFlow flow{.id = id};
  Generator generator{.random = random, .later_flows = later, .flow = id};
  generator.tasks_left = static_cast<size_t>(random.between(1, 14));
  flow.head.push_back("inputs:");
  flow.head.push_back("  - {id: word, type: STRING, defaults: \"a word\"}");
  if (random.chance(60)) {
    flow.retry = PlannedRetry{1, random.chance(300)};
    flow.head.push_back(fmt::format("retry: {{type: constant, interval: PT3S, maxAttempts: 2{}}}",
                                    flow.retry->gives_way ? ", behavior: CREATE_NEW_EXECUTION" : ""));
  }
  if (random.chance(300)) {
    flow.head.push_back("outputs:");
    flow.head.push_back("  - {id: word, type: STRING, value: \"{{ inputs.word }}\"}");
    if (random.chance(400)) flow.head.push_back("  - {id: asked, type: STRING, value: \"{{ kv('yes') }}\"}");
  }
  if (random.chance(200)) {
    flow.limit = static_cast<size_t>(random.between(1, 2));
    flow.over_limit = random.chance(700) ? "QUEUE" : (random.chance(500) ? "CANCEL" : "FAIL");
    flow.head.push_back(fmt::format("concurrency: {{limit: {}, behavior: {}}}", flow.limit, flow.over_limit));
  }
  if (random.chance(100)) add_sla(random, flow);
  std::vector<PlannedTask> tasks = generator.some_tasks();
  while (generator.tasks_left > 0) tasks.push_back(generator.task());
  flow.lists.push_back({"tasks", std::move(tasks)});
  if (random.chance(200)) flow.lists.push_back({"errors", generator.some_leaves()});
  if (random.chance(200)) flow.lists.push_back({"finally", generator.some_leaves()});
  if (random.chance(200)) flow.lists.push_back({"afterExecution", generator.some_leaves()});
  return flow;
}

void collect_tasks(const std::vector<PlannedList>& lists, std::vector<std::string>& ids) {
  for (const auto& list : lists) {
    for (const auto& task : list.tasks) {
      ids.push_back(task.id);
      collect_tasks(task.lists, ids);
    }
  }
}

/// Each of the rates is 0 in half of the scenarios, so that faults meet in all combinations (swarm testing).
Faults some_faults(Random& random) {
  Faults faults;
  if (random.chance(100)) return faults;
  auto rate = [&random](uint32_t& of, uint32_t most) {
    if (random.chance(500)) of = static_cast<uint32_t>(random.between(1, most));
  };
  rate(faults.crash_before_commit, 30);
  rate(faults.crash_after_commit, 30);
  rate(faults.refused_commit, 60);
  rate(faults.unknown_commit, 15);
  rate(faults.slow_commit, 200);
  rate(faults.full_disk, 10);
  rate(faults.crash_at_once, 8);
  rate(faults.lost_worker, 60);
  rate(faults.cut_link, 20);
  rate(faults.doubled_result, 200);
  rate(faults.late_result, 200);
  rate(faults.clock_jump, 10);
  rate(faults.surviving_worker, 1000);
  return faults;
}

/// What is rarer: most scenarios have none of it.
void add_rare_faults(Random& random, Faults& faults) {
  auto rate = [&random](uint32_t& of, uint32_t most) {
    if (random.chance(100)) of = static_cast<uint32_t>(random.between(1, most));
  };
  rate(faults.unreadable, 20);
  rate(faults.thrown, 4);
  rate(faults.rejected_batch, 60);
  rate(faults.failed_file, 300);
  rate(faults.slow_turn, 100);
  rate(faults.slow_worker, 500);
}

Bounds some_bounds(Random& random) {
  Bounds bounds;
  bounds.partitions = static_cast<uint32_t>(random.between(1, 4));
  bounds.workers = static_cast<uint32_t>(random.between(1, 3));
  bounds.capacity = static_cast<uint32_t>(random.between(1, 8));
  if (random.chance(300)) bounds.drain = static_cast<uint32_t>(random.between(1, 6));
  if (random.chance(200)) bounds.batch_bytes = static_cast<uint64_t>(random.between(200, 5'000));
  if (random.chance(300)) bounds.live_executions = static_cast<uint32_t>(random.between(1, 3));
  if (random.chance(300)) bounds.wakes = static_cast<uint32_t>(random.between(1, 3));
  if (random.chance(300)) bounds.step_runs = static_cast<uint32_t>(random.between(1, 20));
  if (random.chance(100)) bounds.step_bytes = static_cast<uint64_t>(random.between(50, 2'000));
  return bounds;
}

/// Some near each other, some alone.
void add_dates(Random& random, PlannedFlow& flow) {
  static constexpr std::array<std::string_view, 4> policies{"ALL", "ALL", "LAST", "NONE"};
  flow.missed_dates = policies[random.below(policies.size())];
  flow.dates_overlap = random.chance(300);
  int64_t date = 0;
  for (int64_t i = random.between(2, 5); i > 0; --i)
    flow.dates.push_back(date += random.between(1, random.chance(500) ? 2 : 15));
}

/// What two servers cannot share yet: executions that start others.
bool needs_one_server(const std::vector<PlannedList>& lists) {
  return std::ranges::any_of(lists, [](const PlannedList& list) {
    return std::ranges::any_of(
        list.tasks, [](const PlannedTask& task) { return !task.starts.empty() || needs_one_server(task.lists); });
  });
}

/// Two servers on one store.
void add_server(Random& random, Scenario& scenario) {
  if (std::ranges::any_of(scenario.flows, [](const PlannedFlow& flow) { return needs_one_server(flow.lists); })) return;
  scenario.bounds.servers = 2;
  if (random.chance(900)) {
    scenario.faults.sleeping_server = static_cast<uint32_t>(random.between(1, 20));
    scenario.faults.slow_commit = static_cast<uint32_t>(random.between(50, 300));
  }
  if (random.chance(500)) scenario.faults.lost_renewal = static_cast<uint32_t>(random.between(1, 400));
}

std::string some_task(Random& random, const std::vector<PlannedFlow>& flows, const std::string& id) {
  for (const auto& flow : flows) {
    if (flow.id != id) continue;
    std::vector<std::string> ids;
    collect_tasks(flow.lists, ids);
    return ids[random.below(ids.size())];
  }
  return {};
}

std::vector<Action> some_actions(Random& random, const std::vector<PlannedFlow>& flows) {
  std::vector<Action> actions;
  const int64_t creates = random.between(1, 5);
  for (int64_t i = 0; i < creates; ++i) {
    Action create;
    create.at_ms = random.between(0, 2'000);
    create.flow = flows[random.below(flows.size())].id;
    create.keyed = random.chance(500);
    if (random.chance(80)) create.breakpoint = some_task(random, flows, create.flow);
    actions.push_back(create);
  }
  using Kind = Action::Kind;
  struct Chance {
    Kind kind;
    uint32_t per_mille;
    int64_t from_ms;
    int64_t to_ms;
  };
  static constexpr Chance chances[] = {
      {Kind::kill, 150, 1, 3'000},           {Kind::restart, 150, 500, 60'000},    {Kind::pause, 80, 1, 3'000},
      {Kind::replay, 40, 1, 30'000},         {Kind::replay_run, 100, 100, 30'000}, {Kind::change_run, 80, 500, 60'000},
      {Kind::change_state, 40, 500, 60'000}, {Kind::unqueue, 40, 1, 3'000},        {Kind::force_run, 40, 1, 5'000},
      {Kind::kill, 50, 1'000, 90'000},
  };
  for (int64_t i = 0; i < creates; ++i) {
    const int64_t begin = actions[static_cast<size_t>(i)].at_ms;
    for (const auto& [kind, per_mille, from_ms, to_ms] : chances) {
      if (random.chance(per_mille))
        actions.push_back({kind, begin + random.between(from_ms, to_ms), {}, static_cast<size_t>(i)});
    }
  }
  return actions;
}

/// Short ones and long ones, together and one after the other.
void add_interventions(Random& random, Scenario& scenario) {
  std::vector<size_t> creates;
  for (size_t i = 0; i < scenario.actions.size(); ++i) {
    if (scenario.actions[i].kind == Action::Kind::create) creates.push_back(i);
  }
  for (int64_t i = random.between(1, 3); i > 0; --i) {
    Intervention each;
    each.kind = static_cast<Intervention::Kind>(random.below(4));
    each.scope = static_cast<Intervention::Scope>(random.below(3));
    each.flow = scenario.flows[random.below(scenario.flows.size())].id;
    each.target = creates[random.below(creates.size())];
    const bool early = random.chance(600);
    each.at_ms = random.between(0, early ? 3'000 : 40'000);
    each.length_ms = random.between(10, random.chance(500) ? 2'000 : 20'000);
    // Whoever sets the clock sets the end of the switch, too, and nobody can say when it is to hold.
    each.has_end =
        each.kind != Intervention::Kind::maintenance && scenario.faults.clock_jump == 0 && random.chance(300);
    scenario.interventions.push_back(std::move(each));
  }
}

}  // namespace

Scenario generate(uint64_t seed) {
  Random random(mix(seed, "scenario"));
  Scenario scenario;
  scenario.seed = seed;
  const auto count = static_cast<size_t>(random.between(1, 3));
  std::vector<std::string> later;
  for (size_t i = count; i-- > 0;) {
    const std::string id = fmt::format("flow{}", i + 1);
    scenario.flows.insert(scenario.flows.begin(), make_flow(random, id, later));
    later.push_back(id);
  }
  // From a sequence of its own: what else is generated stays as it was.
  Random triggers(mix(seed, "triggers"));
  for (auto& flow : scenario.flows) flow.polls = triggers.chance(150);
  Random schedules(mix(seed, "schedules"));
  for (auto& flow : scenario.flows) {
    if (schedules.chance(200)) add_dates(schedules, flow);
  }
  scenario.actions = some_actions(random, scenario.flows);
  scenario.faults = some_faults(random);
  scenario.bounds = some_bounds(random);
  Random servers(mix(seed, "servers"));
  if (servers.chance(400)) add_server(servers, scenario);
  // As many as a server has, or fewer: two servers share few, because each of them renews a lease per partition.
  Random partitions(mix(seed, "partitions"));
  if (scenario.bounds.servers == 1 && partitions.chance(150))
    scenario.bounds.partitions = static_cast<uint32_t>(partitions.chance(500) ? 16 : executor::max_partitions);
  Random operators(mix(seed, "operators"));
  if (operators.chance(300)) add_interventions(operators, scenario);
  Random rare(mix(seed, "rare faults"));
  if (scenario.faults.any()) add_rare_faults(rare, scenario.faults);
  Random situations(mix(seed, "situations"));
  if (situations.chance(350)) themes()[situations.below(themes().size())].set(situations, scenario);
  return scenario;
}

}  // namespace gyr::simulation
