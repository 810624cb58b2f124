#include "scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "model/state.h"
#include "syntax/time.h"

namespace gyr::simulation {
namespace {

void write_task(std::string& out, const PlannedTask& task, size_t indent);
void write_tasks(std::string& out, const PlannedList& list, size_t indent);

void write_lists(std::string& out, const std::vector<PlannedList>& lists, size_t indent) {
  std::string margin(indent, ' ');
  std::string open;  // the map whose members are lists: `cases`
  for (const auto& list : lists) {
    if (list.form == PlannedList::Form::made) continue;
    if (list.form == PlannedList::Form::around) {
      for (const auto& task : list.tasks) write_lists(out, task.lists, indent);
      continue;
    }
    if (std::ranges::all_of(list.tasks, [](const PlannedTask& task) { return task.type == "made"; })) continue;
    size_t slash = list.key.find('/');
    size_t deeper = indent;
    if (slash == std::string::npos) {
      out += margin + list.key + ":\n";
    } else {
      std::string map = list.key.substr(0, slash);
      if (map != open) out += margin + map + ":\n";
      open = map;
      deeper += 2;
      out += std::string(deeper, ' ') + list.key.substr(slash + 1) + ":\n";
    }
    write_tasks(out, list, deeper + 2);
  }
}

/// Behind the margin of its first line.
void write_task(std::string& out, const PlannedTask& task, size_t indent) {
  std::string margin(indent, ' ');
  out += "id: " + task.id + "\n" + margin + "type: " + task.type + "\n";
  for (const auto& line : task.properties) out += margin + line + "\n";
  if (task.disabled) out += margin + "disabled: true\n";
  if (task.allow_failure) out += margin + "allowFailure: true\n";
  if (task.allow_warning) out += margin + "allowWarning: true\n";
  write_lists(out, task.lists, indent);
}

/// Those of its siblings that are (still) there.
std::string dependencies(const PlannedTask& task, const PlannedList& list) {
  std::string ids;
  for (const auto& id : task.waits_for) {
    if (std::ranges::none_of(list.tasks, [&id](const PlannedTask& other) { return other.id == id; })) continue;
    ids += (ids.empty() ? "" : ", ") + id;
  }
  return ids;
}

void write_tasks(std::string& out, const PlannedList& list, size_t indent) {
  std::string margin(indent, ' ');
  for (const auto& task : list.tasks) {
    if (task.type == "made") continue;
    switch (list.form) {
      case PlannedList::Form::single:
        out += margin;
        write_task(out, task, indent);
        break;
      case PlannedList::Form::entries:
        out += margin + "- task:\n" + margin + "    ";
        write_task(out, task, indent + 4);
        out += margin + "  dependsOn: [" + dependencies(task, list) + "]\n";
        break;
      default: out += margin + "- "; write_task(out, task, indent + 2);
    }
  }
}

const PlannedTask* find_in(const std::vector<PlannedList>& lists, const std::string& id) {
  for (const auto& list : lists) {
    for (const auto& task : list.tasks) {
      if (task.id == id) return &task;
      if (const PlannedTask* below = find_in(task.lists, id)) return below;
    }
  }
  return nullptr;
}

void describe_behaviours(std::string& out, const std::vector<PlannedList>& lists) {
  for (const auto& list : lists) {
    for (const auto& task : list.tasks) {
      if (task.behaviour) {
        const Behaviour& b = *task.behaviour;
        std::string fails = b.fails == Behaviour::always ? "always fails" : fmt::format("fails {} times", b.fails);
        out += fmt::format("#   {}: {} to {} ms, {}{}, {} log lines\n", task.id, b.min_ms, b.max_ms, fails,
                           b.warning ? ", ends in WARNING" : "", b.lines);
      }
      describe_behaviours(out, task.lists);
    }
  }
}

}  // namespace

bool Faults::any() const {
  return crash_before_commit + crash_after_commit + refused_commit + unknown_commit + slow_commit + full_disk +
             crash_at_once + lost_worker + cut_link + doubled_result + late_result + clock_jump + surviving_worker +
             sleeping_server + lost_renewal + unreadable + thrown + rejected_batch + failed_file + slow_turn +
             slow_worker >
         0;
}

bool names_request(const Action& action) {
  return action.kind != Action::Kind::create && action.kind != Action::Kind::restart_trigger;
}

std::string_view to_text(Action::Kind kind) {
  static constexpr std::array names{"create",
                                    "kill",
                                    "restart",
                                    "pause",
                                    "replay",
                                    "replay a task run of",
                                    "change a task run of",
                                    "change the state of",
                                    "unqueue",
                                    "force",
                                    "delete",
                                    "restart the trigger of"};
  return names[static_cast<size_t>(kind)];
}

bool is_stop(Intervention::Kind kind) { return kind == Intervention::Kind::cancel || kind == Intervention::Kind::kill; }

std::string_view to_text(Intervention::Kind kind) {
  static constexpr std::array names{"IGNORE", "CANCEL", "KILL", "maintenance mode"};
  return names[static_cast<size_t>(kind)];
}

std::string_view to_text(Edit::Kind kind) {
  static constexpr std::array names{"save again", "break", "disable", "delete"};
  return names[static_cast<size_t>(kind)];
}

bool Scenario::stops_any() const {
  return std::ranges::any_of(interventions, [](const Intervention& each) { return is_stop(each.kind); });
}

const PlannedFlow* Scenario::find(const std::string& flow) const {
  for (const auto& planned : flows) {
    if (planned.id == flow) return &planned;
  }
  return nullptr;
}

const PlannedTask* find_task(const PlannedFlow& flow, const std::string& id) { return find_in(flow.lists, id); }

namespace {

/// Of the tasks alone.
std::optional<PlannedRetry> nearest_retry(const PlannedFlow& flow, const std::string& id) {
  std::optional<PlannedRetry> retry;
  const std::vector<PlannedList>* lists = &flow.lists;
  while (lists != nullptr) {
    const std::vector<PlannedList>* below = nullptr;
    for (const auto& list : *lists) {
      for (const auto& task : list.tasks) {
        if (task.id != id && find_in(task.lists, id) == nullptr) continue;
        if (task.retry) retry = task.retry;
        below = task.id == id ? nullptr : &task.lists;
      }
    }
    lists = below;
  }
  return retry;
}

}  // namespace

std::optional<PlannedRetry> retry_of(const PlannedFlow& flow, const std::string& id) {
  const auto nearest = nearest_retry(flow, id);
  return nearest ? nearest : flow.retry;
}

bool has_retry_below_flow(const PlannedFlow& flow, const std::string& id) {
  return nearest_retry(flow, id).has_value();
}

bool is_behind_the_end(const PlannedFlow& flow, const std::string& id) {
  const PlannedList* list = find_list(flow.lists, "afterExecution");
  return list != nullptr && find_in({*list}, id) != nullptr;
}

const PlannedList* find_list(const std::vector<PlannedList>& lists, const std::string& key) {
  for (const auto& list : lists) {
    if (list.key == key) return &list;
  }
  return nullptr;
}

size_t count_tasks(const std::vector<PlannedList>& lists) {
  size_t count = 0;
  for (const auto& list : lists) {
    for (const auto& task : list.tasks) count += 1 + count_tasks(task.lists);
  }
  return count;
}

std::string date_text(int64_t seconds) {
  return syntax::format_instant(base::Instant::of_micros(start_us + seconds * 1'000'000));
}

std::string to_yaml(const PlannedFlow& flow) {
  std::string out = "id: " + flow.id + "\nnamespace: simulation\n";
  for (const auto& line : flow.head) out += line + "\n";
  write_lists(out, flow.lists, 0);
  if (flow.polls || !flow.dates.empty()) out += "triggers:\n";
  // Whatever its execution ends with is the end of the trigger, too: a history comes to rest.
  std::vector<std::string_view> ends;
  for (uint8_t number = 0; number < model::state_count; ++number) {
    const auto state = static_cast<model::State>(number);
    if (model::is_terminated(state)) ends.push_back(model::to_text(state));
  }
  if (flow.polls) {
    out += fmt::format("  - {{id: {}, type: sim.Look, interval: PT1S, stopAfter: [{}]}}\n", poll_id,
                       fmt::join(ends, ", "));
  }
  if (flow.dates.empty()) return out;
  std::vector<std::string> dates;
  for (int64_t date : flow.dates) dates.push_back(date_text(date));
  out += fmt::format(
      "  - {{id: {}, type: io.kestra.plugin.core.trigger.ScheduleOnDates, timezone: UTC, recoverMissedSchedules: {}, "
      "allowConcurrent: {}, dates: [{}]}}\n",
      schedule_id, flow.missed_dates, flow.dates_overlap, fmt::join(dates, ", "));
  return out;
}

namespace {

std::string scope_text(const Intervention& of) {
  if (of.kind == Intervention::Kind::maintenance) return {};
  switch (of.scope) {
    case Intervention::Scope::namespace_: return " of the namespace";
    case Intervention::Scope::flow: return " of " + of.flow;
    case Intervention::Scope::execution: return fmt::format(" of what request {} created", of.target);
  }
  return {};
}

}  // namespace

std::string describe(const Scenario& scenario) {
  std::string out;
  for (const auto& flow : scenario.flows) {
    out += "# ---- flow\n" + to_yaml(flow);
    std::string behaviours;
    describe_behaviours(behaviours, flow.lists);
    if (!behaviours.empty()) out += "# what workers make of it:\n" + behaviours;
  }
  out += "# ---- requests\n";
  for (size_t i = 0; i < scenario.actions.size(); ++i) {
    const Action& action = scenario.actions[i];
    if (action.kind == Action::Kind::create) {
      out += fmt::format("#   {} at {} ms: create {}{}{}\n", i, action.at_ms, action.flow,
                         action.keyed ? ", with an idempotency key" : "",
                         action.breakpoint.empty() ? "" : ", to stop before " + action.breakpoint);
    } else if (action.kind == Action::Kind::restart_trigger) {
      out += fmt::format("#   {} at {} ms: {} {}\n", i, action.at_ms, to_text(action.kind), action.flow);
    } else {
      out += fmt::format("#   {} at {} ms: {} {}what request {} created\n", i, action.at_ms, to_text(action.kind),
                         action.child > 0 ? fmt::format("child {} of ", action.child) : "", action.target);
    }
  }
  if (!scenario.edits.empty()) out += "# ---- flows that are changed\n";
  for (const Edit& each : scenario.edits)
    out += fmt::format("#   at {} ms, for {} ms: {} {}\n", each.at_ms, each.length_ms, to_text(each.kind), each.flow);
  if (!scenario.interventions.empty()) out += "# ---- held back\n";
  for (const Intervention& each : scenario.interventions) {
    out += fmt::format("#   at {} ms, for {} ms{}: {}{}\n", each.at_ms, each.length_ms,
                       each.has_end ? ", by the clock" : "", to_text(each.kind), scope_text(each));
  }
  const Faults& f = scenario.faults;
  out += "# ---- faults, in 1000 cases:";
  auto tell = [&out](const char* name, uint32_t rate) {
    if (rate > 0) out += fmt::format(" {} {}", name, rate);
  };
  tell("crash before commit", f.crash_before_commit);
  tell("crash after commit", f.crash_after_commit);
  tell("refused commit", f.refused_commit);
  tell("unknown commit", f.unknown_commit);
  tell("slow commit", f.slow_commit);
  tell("full disk", f.full_disk);
  tell("crash at once", f.crash_at_once);
  tell("lost worker", f.lost_worker);
  tell("cut link", f.cut_link);
  tell("doubled result", f.doubled_result);
  tell("late result", f.late_result);
  tell("clock jump", f.clock_jump);
  tell("surviving worker", f.surviving_worker);
  tell("sleeping server", f.sleeping_server);
  tell("lost renewal", f.lost_renewal);
  tell("unreadable rows", f.unreadable);
  tell("thrown exception", f.thrown);
  tell("rejected batch", f.rejected_batch);
  tell("failed file", f.failed_file);
  tell("slow turn", f.slow_turn);
  tell("slow worker", f.slow_worker);
  if (!f.any()) out += " none";
  const Bounds& b = scenario.bounds;
  out += fmt::format(
      "\n# ---- bounds: {} servers, {} partitions, {} workers with {} jobs each, {} messages and {} bytes a turn, {} "
      "live_executions, {} dates, "
      "{} runs and {} bytes a step\n",
      b.servers, b.partitions, b.workers, b.capacity, b.drain, b.batch_bytes, b.live_executions, b.wakes, b.step_runs,
      b.step_bytes);
  return out;
}

}  // namespace gyr::simulation
