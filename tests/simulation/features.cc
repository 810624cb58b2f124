#include "features.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace gyr::simulation {
namespace {

constexpr std::string_view flow_types = "io.kestra.plugin.core.flow.";

Behaviour some_behaviour(Generator& g) {
  Behaviour behaviour;
  behaviour.min_ms = g.random.between(1, 20);
  behaviour.max_ms =
      behaviour.min_ms + (g.random.chance(100) ? g.random.between(500, 20'000) : g.random.between(1, 300));
  if (g.random.chance(130))
    behaviour.fails = g.random.chance(400) ? Behaviour::always : static_cast<uint32_t>(g.random.between(1, 2));
  behaviour.warning = g.random.chance(60);
  behaviour.lines = static_cast<uint32_t>(g.random.below(4));
  return behaviour;
}

PlannedTask work(Generator& g) {
  PlannedTask task{.id = g.new_id("work"), .type = "sim.Work"};
  task.behaviour = some_behaviour(g);
  task.may_fail = task.behaviour->fails > 0;
  if (g.random.chance(100)) {  // some attempts take longer, others do not
    task.properties.push_back("timeout: PT5S");
    task.may_fail = task.may_fail || task.behaviour->max_ms >= 5'000;
  }
  return task;
}

/// Pure: runs inside the step, and on a worker where something keeps it from that.
PlannedTask echo(Generator& g) {
  PlannedTask task{.id = g.new_id("echo"), .type = "sim.Echo"};
  task.properties.push_back("text: \"echo {{ taskrun.id }}\"");
  if (g.random.chance(80)) task.properties.push_back("timeout: PT1H");
  task.behaviour = Behaviour{.min_ms = 1, .max_ms = 5};
  return task;
}

PlannedTask fail(Generator& g) {
  PlannedTask task{.id = g.new_id("fail"), .type = "sim.Fail"};
  task.properties.push_back("text: it shall");
  task.behaviour = Behaviour{.fails = Behaviour::always};
  task.may_fail = true;
  return task;
}

PlannedTask flowable(Generator& g, std::string_view prefix, std::string_view type) {
  PlannedTask task{.id = g.new_id(prefix), .type = std::string(flow_types) + std::string(type)};
  task.flowable = true;
  return task;
}

void add_handlers(Generator& g, PlannedTask& task) {
  if (g.random.chance(150)) task.lists.push_back({"errors", g.some_leaves()});
  if (g.random.chance(150)) task.lists.push_back({"finally", g.some_leaves()});
}

PlannedTask sequential(Generator& g) {
  PlannedTask task = flowable(g, "seq", "Sequential");
  task.lists.push_back({"tasks", g.some_tasks()});
  add_handlers(g, task);
  return task;
}

PlannedTask parallel(Generator& g) {
  PlannedTask task = flowable(g, "par", "Parallel");
  task.concurrent = true;
  if (g.random.chance(300)) task.properties.push_back(fmt::format("concurrent: {}", g.random.between(1, 3)));
  task.lists.push_back({"tasks", g.some_tasks()});
  add_handlers(g, task);
  return task;
}

/// A condition that holds or not, known now, now and then by way of a worker.
std::string condition(Generator& g, bool holds) {
  if (g.random.chance(200)) return fmt::format("\"{{{{ kv('{}') }}}}\"", holds ? "yes" : "no");
  return fmt::format("\"{{{{ 1 == {} }}}}\"", holds ? 1 : 2);
}

PlannedTask if_task(Generator& g) {
  PlannedTask task = flowable(g, "if", "If");
  const bool holds = g.random.chance(600);
  task.properties.push_back("condition: " + condition(g, holds));
  task.lists.push_back({"then", g.some_tasks()});
  const bool otherwise = g.random.chance(500);
  if (otherwise) task.lists.push_back({"else", g.some_tasks()});
  task.branch = holds ? "then" : (otherwise ? "else" : "");
  add_handlers(g, task);
  return task;
}

PlannedTask switch_task(Generator& g) {
  PlannedTask task = flowable(g, "switch", "Switch");
  const bool first = g.random.chance(600);
  task.properties.push_back(fmt::format("value: \"{{{{ '{}' }}}}\"", first ? "a" : "z"));
  task.lists.push_back({"cases/a", g.some_tasks()});
  task.lists.push_back({"cases/b", g.some_leaves()});
  const bool defaults = g.random.chance(700);
  if (defaults) task.lists.push_back({"defaults", g.some_tasks()});
  task.branch = first ? "cases/a" : (defaults ? "defaults" : "");
  if (task.branch.empty()) {  // TASK-34: no match and no defaults is a failure
    task.own_model = true;
    task.may_fail = true;
  }
  add_handlers(g, task);
  return task;
}

PlannedTask for_each(Generator& g) {
  PlannedTask task = flowable(g, "each", "ForEach");
  const bool large = g.random.chance(80) && g.depth < 2;
  task.repeats = static_cast<size_t>(large ? g.random.between(30, 120) : g.random.between(0, 5));
  std::string values;
  for (size_t i = 0; i < task.repeats; ++i) values += fmt::format("{}\"v{}\"", i == 0 ? "" : ", ", i);
  task.properties.push_back("values: [" + values + "]");
  if (g.random.chance(500)) {
    const int64_t limit = g.random.between(0, 3);
    task.properties.push_back(fmt::format("concurrencyLimit: {}", limit));
    task.concurrent = limit != 1;
  }
  if (large) g.tasks_left = std::min<size_t>(g.tasks_left, 2);
  task.lists.push_back({"tasks", large ? g.some_leaves() : g.some_tasks()});
  add_handlers(g, task);
  return task;
}

/// Its iterations are runs of a task that it makes; what the author writes stands inside of that.
PlannedTask loop(Generator& g) {
  PlannedTask task = flowable(g, "each", "Loop");
  const bool large = g.random.chance(80) && g.depth < 2;
  task.repeats = static_cast<size_t>(large ? g.random.between(30, 120) : g.random.between(0, 5));
  const bool from_file = g.random.chance(200);
  const bool keyed = !from_file && g.random.chance(200);
  std::string values;
  for (size_t i = 0; i < task.repeats; ++i)
    values += fmt::format("{}{}\"v\"", i == 0 ? "" : ", ", keyed ? fmt::format("k{}: ", i) : "");  // all equal
  task.properties.push_back(from_file ? fmt::format("values: kestra:///lines/{}", task.repeats)
                                      : fmt::format("values: {}{}{}", keyed ? "{" : "[", values, keyed ? "}" : "]"));
  const int64_t limit = g.random.chance(500) ? g.random.between(0, 3) : 1;
  if (limit != 1) task.properties.push_back(fmt::format("concurrencyLimit: {}", limit));
  task.concurrent = limit != 1;
  task.forgives = g.random.chance(300);
  if (task.forgives) task.properties.push_back("transmitFailed: false");
  if (g.random.chance(200)) {
    task.breaks = g.random.chance(500);
    task.properties.push_back("breakWhen: " + condition(g, task.breaks));
  }
  PlannedTask iteration{.id = task.id + ".iteration", .type = "made"};
  iteration.flowable = true;
  if (large) g.tasks_left = std::min<size_t>(g.tasks_left, 2);
  iteration.lists.push_back({"tasks", large ? g.some_leaves() : g.some_tasks()});
  if (g.random.chance(150)) iteration.lists.push_back({"errors", g.some_leaves()});
  task.branch = "made";
  task.lists.push_back({"made", {std::move(iteration)}, PlannedList::Form::around});
  PlannedList finals{"finally", {}};
  if (g.random.chance(400)) {
    const bool stores = g.random.chance(500);
    task.properties.push_back("outputs:");
    task.properties.push_back("  - {id: index, type: INT, value: \"{{ item.index }}\"}");
    if (g.random.chance(300)) task.properties.push_back("  - {id: asked, value: \"{{ kv('yes') }}\"}");
    if (stores) task.properties.push_back("fetchType: STORE");
    if (stores || from_file) {
      PlannedTask writer{.id = task.id + ".outputs", .type = "made"};
      writer.behaviour = Behaviour{};
      finals.tasks.push_back(std::move(writer));
    }
  }
  if (g.random.chance(150)) std::ranges::move(g.some_leaves(), std::back_inserter(finals.tasks));
  if (!finals.tasks.empty()) task.lists.push_back(std::move(finals));
  return task;
}

PlannedTask subflow(Generator& g) {
  if (g.later_flows.empty()) return echo(g);
  PlannedTask task{.id = g.new_id("sub"), .type = std::string(flow_types) + "Subflow"};
  task.starts = g.later_flows[g.random.below(g.later_flows.size())];
  task.properties.push_back("namespace: simulation");
  task.properties.push_back("flowId: " + task.starts);
  task.properties.push_back("inputs:");
  task.properties.push_back("  word: \"from {{ execution.id }}\"");
  if (g.random.chance(200)) task.properties.push_back("wait: false");
  if (g.random.chance(200)) task.properties.push_back("transmitFailed: false");
  task.may_fail = true;
  return task;
}

/// Ends by itself, by a person, or by whoever is first.
PlannedTask pause(Generator& g) {
  PlannedTask task = flowable(g, "pause", "Pause");
  task.behaviour.reset();
  const uint64_t kind = g.random.below(16);
  task.by_person = kind < 6;
  if (kind == 5) {  // either may come first
    task.properties.push_back(fmt::format("pauseDuration: PT{}S", g.random.between(1, 4)));
  } else if (kind >= 6 && kind < 14) {
    static constexpr std::array<std::pair<std::string_view, Aim>, 4> behaviours{
        {{"RESUME", Aim::success}, {"WARN", Aim::warning}, {"FAIL", Aim::strict_failure}, {"CANCEL", Aim::cancelling}}};
    const auto& [behaviour, aim] = behaviours[kind < 12 ? (kind - 6) / 4 : kind - 10];
    task.properties.push_back(fmt::format("pauseDuration: PT{}S", g.random.between(1, 20)));
    task.properties.push_back(fmt::format("behavior: {}", behaviour));
    task.aim = aim;
  } else if (kind >= 14) {
    task.properties.push_back(fmt::format("timeout: PT{}S", g.random.between(1, 20)));
    task.aim = Aim::failure;
  }
  task.may_fail = task.aim == Aim::failure || task.aim == Aim::strict_failure || task.aim == Aim::cancelling;
  if (g.random.chance(200)) {
    PlannedTask told = work(g);
    told.properties.clear();
    task.lists.push_back({"onPause", {std::move(told)}, PlannedList::Form::single});
  }
  return task;
}

PlannedTask pause_with_tasks(Generator& g) {
  PlannedTask task = pause(g);
  if (g.random.chance(500)) task.lists.push_back({"tasks", g.some_leaves()});
  add_handlers(g, task);
  return task;
}

PlannedTask loop_until(Generator& g) {
  PlannedTask task = flowable(g, "loop", "LoopUntil");
  const int64_t rounds = g.random.between(1, 3);
  task.rounds = static_cast<size_t>(rounds);
  const int64_t interval = g.random.between(1, 6);
  if (rounds == 1 && g.random.chance(500)) {
    task.properties.push_back("condition: " + condition(g, true));
    task.properties.push_back(fmt::format("checkFrequency: {{interval: PT{}S}}", interval));
  } else {
    task.properties.push_back("condition: " + condition(g, false));
    task.properties.push_back(fmt::format("checkFrequency: {{interval: PT{}S, maxIterations: {}}}", interval, rounds));
    if (g.random.chance(300)) {
      task.properties.push_back("failOnMaxReached: true");
      task.aim = Aim::strict_failure;
      task.may_fail = true;
    }
  }
  task.lists.push_back({"tasks", g.some_tasks()});
  add_handlers(g, task);
  return task;
}

PlannedTask dag(Generator& g) {
  PlannedTask task = flowable(g, "dag", "Dag");
  task.concurrent = true;
  if (g.random.chance(200)) task.properties.push_back(fmt::format("concurrent: {}", g.random.between(1, 3)));
  PlannedList list{"tasks", g.some_tasks(), PlannedList::Form::entries};
  for (size_t i = 0; i < list.tasks.size(); ++i) {
    for (size_t before = 0; before < i; ++before) {
      if (g.random.chance(500)) list.tasks[i].waits_for.push_back(list.tasks[before].id);
    }
  }
  if (list.tasks.size() > 1 && g.random.chance(400))
    std::swap(list.tasks.front(), list.tasks.back());  // they stand in any order
  task.lists.push_back(std::move(list));
  add_handlers(g, task);
  return task;
}

PlannedTask directory(Generator& g) {
  PlannedTask task = flowable(g, "folder", "WorkingDirectory");
  task.lists.push_back({"tasks", g.some_work()});
  task.behaviour = Behaviour{};
  add_handlers(g, task);
  return task;
}

/// The tasks that the type makes are known to workers and to the auditor like any others.
PlannedTask for_each_item(Generator& g) {
  if (g.later_flows.empty()) return directory(g);
  PlannedTask task = flowable(g, "items", "ForEachItem");
  const bool large = g.random.chance(100) && g.depth < 2 && g.later_flows.size() == 1;
  const auto batches = static_cast<size_t>(large ? g.random.between(8, 20) : g.random.between(0, 4));
  const std::string starts = g.later_flows[g.random.below(g.later_flows.size())];
  task.properties = {"items: kestra:///items", "namespace: simulation", "flowId: " + starts,
                     "inputs:", "  word: \"{{ taskrun.items }}\""};
  if (g.random.chance(150)) task.properties.push_back("wait: false");
  if (g.random.chance(150)) task.properties.push_back("transmitFailed: false");
  task.branch = "made";
  PlannedTask split{.id = task.id + "_split", .type = "made"};
  split.behaviour = Behaviour{};
  split.repeats = batches;
  PlannedTask items{.id = task.id + "_items", .type = "made"};
  items.starts = starts;
  items.repeats = batches;
  items.may_fail = true;
  PlannedTask merge{.id = task.id + "_merge", .type = "made"};
  merge.behaviour = Behaviour{};
  task.lists.push_back({"made", {std::move(split), std::move(items), std::move(merge)}, PlannedList::Form::made});
  add_handlers(g, task);
  return task;
}

PlannedTask labels(Generator& g) {
  PlannedTask task{.id = g.new_id("labels"), .type = "io.kestra.plugin.core.execution.Labels"};
  task.properties.push_back("labels:");
  task.properties.push_back(fmt::format("  step: \"{}\"", task.id));
  return task;
}

PlannedTask set_variables(Generator& g) {
  PlannedTask task{.id = g.new_id("set"), .type = "io.kestra.plugin.core.execution.SetVariables"};
  task.properties.push_back("variables:");
  task.properties.push_back(fmt::format("  last: \"{}\"", task.id));
  return task;
}

/// TASK-26: its own properties cannot be rendered.
PlannedTask broken_decision(Generator& g) {
  PlannedTask task = flowable(g, "broken", "ForEach");
  task.properties.push_back("values: \"{{ 'no list' }}\"");
  task.own_model = true;
  task.may_fail = true;
  task.lists.push_back({"tasks", g.some_leaves()});
  return task;
}

constexpr Feature all_features[] = {
    {"Work", 300, false, work},
    {"Echo", 200, false, echo},
    {"Fail", 25, false, fail},
    {"Labels", 30, false, labels},
    {"SetVariables", 30, false, set_variables},
    {"Subflow", 120, false, subflow},
    {"Sequential", 80, true, sequential},
    {"Parallel", 100, true, parallel},
    {"If", 70, true, if_task},
    {"Switch", 50, true, switch_task},
    {"ForEach", 110, true, for_each},
    {"Loop", 110, true, loop},
    {"Pause", 50, false, pause},
    {"Pause with tasks", 40, true, pause_with_tasks},
    {"LoopUntil", 60, true, loop_until},
    {"Dag", 60, true, dag},
    {"WorkingDirectory", 50, true, directory},
    {"ForEachItem", 80, true, for_each_item},
    {"broken decision", 10, true, broken_decision},
};

/// What any task may have.
void decorate(Generator& g, PlannedTask& task) {
  const bool never_runs = g.random.chance(25);
  if (never_runs) task.disabled = true;
  if (g.random.chance(70)) {
    task.skipped = g.random.chance(500);
    task.properties.push_back("runIf: " + condition(g, !task.skipped));
  }
  if (g.random.chance(120)) {
    task.allow_failure = true;
    task.allow_warning = g.random.chance(250);
  }
  if (g.random.chance(150)) {
    const bool exponential = g.random.chance(300);
    task.retry = PlannedRetry{static_cast<uint32_t>(g.random.below(3)), g.random.chance(150)};
    task.properties.push_back(fmt::format("retry: {{type: {}, interval: PT{}S, maxAttempts: {}{}{}}}",
                                          exponential ? "exponential" : "constant", g.random.between(1, 20),
                                          task.retry->retries + 1, exponential ? ", maxInterval: PT5M" : "",
                                          task.retry->gives_way ? ", behavior: CREATE_NEW_EXECUTION" : ""));
  }
}

PlannedTask choose(Generator& g, bool nests) {
  uint32_t total = 0;
  for (const auto& feature : all_features) total += nests || !feature.nests ? feature.weight : 0;
  uint64_t at = g.random.below(total);
  for (const auto& feature : all_features) {
    const uint32_t weight = nests || !feature.nests ? feature.weight : 0;
    if (at < weight) return feature.make(g);
    at -= weight;
  }
  return echo(g);
}

bool any_may_fail(const PlannedTask& task) { return !task.disabled && (task.may_fail || may_fail(task.lists)); }

}  // namespace

std::span<const Feature> features() { return all_features; }

std::string Generator::new_id(std::string_view prefix) { return fmt::format("{}{}", prefix, ++made); }

PlannedTask Generator::task() {
  tasks_left -= std::min<size_t>(tasks_left, 1);
  depth += 1;
  PlannedTask made_task = choose(*this, depth < 4 && tasks_left > 1);
  depth -= 1;
  decorate(*this, made_task);
  return made_task;
}

std::vector<PlannedTask> Generator::some_tasks() {
  std::vector<PlannedTask> tasks;
  const uint64_t count = 1 + random.below(3);
  for (uint64_t i = 0; i < count && (i == 0 || tasks_left > 0); ++i) tasks.push_back(task());
  return tasks;
}

std::vector<PlannedTask> Generator::some_leaves() {
  std::vector<PlannedTask> tasks;
  const uint64_t count = 1 + random.below(2);
  for (uint64_t i = 0; i < count; ++i) {
    PlannedTask leaf = choose(*this, false);
    decorate(*this, leaf);
    tasks.push_back(std::move(leaf));
  }
  return tasks;
}

std::vector<PlannedTask> Generator::some_work() {
  std::vector<PlannedTask> tasks;
  const uint64_t count = 1 + random.below(3);
  for (uint64_t i = 0; i < count; ++i) {
    PlannedTask made_task = random.chance(800) ? work(*this) : (random.chance(800) ? echo(*this) : fail(*this));
    decorate(*this, made_task);
    tasks.push_back(std::move(made_task));
  }
  return tasks;
}

bool may_fail(const std::vector<PlannedList>& lists) {
  for (const auto& list : lists) {
    for (const auto& task : list.tasks) {
      if (any_may_fail(task)) return true;
    }
  }
  return false;
}

bool is_racy(const std::vector<PlannedList>& lists) {
  for (const auto& list : lists) {
    for (const auto& task : list.tasks) {
      if (task.disabled) continue;
      if (task.aim == Aim::cancelling && find_list(task.lists, "onPause") != nullptr)
        return true;  // what it tells may be cut short
      if ((task.concurrent && may_fail(task.lists)) || is_racy(task.lists)) return true;
    }
  }
  return false;
}

}  // namespace gyr::simulation
