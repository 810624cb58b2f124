#include "model.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gyr::simulation {
namespace {

using model::State;

/// One ended execution being looked at.
class Check {
 public:
  Check(const PlannedFlow& flow, const store::ExecutionRow& execution,
        const std::map<uint32_t, store::TaskRunRow>& runs, bool touched)
      : flow_(flow), execution_(execution), touched_(touched) {
    for (const auto& [position, row] : runs) {
      rows_.push_back(&row);
      by_id_[row.run.id] = &row;
    }
    for (const auto& change : execution.execution.state.changes()) {
      killed_ = killed_ || change.state == State::killing;
    }
    for (const auto& label : execution.execution.labels) {
      restarted_ = restarted_ || label.key == "system.restarted";
      late_ = late_ || label.key == "late";
    }
  }

  std::vector<std::string> run() {
    check_tree();
    if (!problems_.empty() || killed_ || touched_) return problems_;
    const auto tasks = children_of({}, find_list(flow_.lists, "tasks"));
    if (was_refused()) return problems_;
    check_all_ran("the flow", "afterExecution", find_list(flow_.lists, "afterExecution"), {});
    if (ended_early()) return problems_;
    check_lists("the flow", flow_.lists, {.branch = "tasks"}, {}, tasks);
    const State expected = naive_state(states_of(tasks), State::success, false, false);
    const State state = execution_.execution.state.current();
    if (state != expected)
      tell(fmt::format("execution ended {} where its tasks say {}", to_text(state), to_text(expected)));
    for (const auto* row : rows_) {
      const PlannedTask* task = find_task(flow_, row->run.task_id);
      if (task != nullptr && task->flowable) check_flowable(*row, *task);
    }
    check_told(flow_.lists);
    return problems_;
  }

 private:
  /// By the limit of its flow, when it began or when it was restarted (EXEC-60).
  bool was_refused() const {
    const State state = execution_.execution.state.current();
    const auto& changes = execution_.execution.state.changes();
    const State before = changes.size() > 1 ? changes[changes.size() - 2].state : State::running;
    const bool never_began = before == State::created || before == State::restarted;
    return never_began && ((flow_.over_limit == "CANCEL" && state == State::cancelled) ||
                           (flow_.over_limit == "FAIL" && state == State::failed));
  }

  /// By something that stands above what its tasks say: only `afterExecution` runs behind it, and behind a violated SLA
  /// what belongs to a failure (EXEC-41, EXEC-52, EXEC-71, TASK-39).
  bool ended_early() {
    const State state = execution_.execution.state.current();
    if (state == State::retried) {
      if (!children_of({}, find_list(flow_.lists, "errors")).empty())
        tell("its errors ran although it gave way (EXEC-52)");
      if (!children_of({}, find_list(flow_.lists, "finally")).empty())
        tell("its finally ran although it gave way (EXEC-52)");
      if (!may_give_way(flow_.lists)) tell("it gave way and nobody asked for it");
      return true;
    }
    if (state == State::cancelled) {
      if (flow_.sla_behavior != "CANCEL" && !may_cancel(flow_.lists)) tell("it was cancelled and nobody asked for it");
      return true;
    }
    const auto& changes = execution_.execution.state.changes();
    const bool waited =
        changes.size() > 1 && changes[changes.size() - 2].state == State::queued;  // there is no slot for them
    const bool by_sla = flow_.sla_behavior == "FAIL" && state == State::failed && (late_ || flow_.sla_seconds == 0);
    if (by_sla && !restarted_ && !waited) {
      // A violation behind the tasks may find `finally` begun: `errors` have no place any more (TASK-21).
      const PlannedList* list = find_list(flow_.lists, "tasks");
      const auto tasks = states_of(children_of({}, list));
      const bool were_done = tasks.size() == enabled(list) && std::ranges::find(tasks, State::killed) == tasks.end();
      if (!were_done) check_all_ran("the flow", "errors", find_list(flow_.lists, "errors"), {});
      check_all_ran("the flow", "finally", find_list(flow_.lists, "finally"), {});
    }
    return by_sla;
  }
  bool may_give_way(const std::vector<PlannedList>& lists) const {
    if (flow_.retry && flow_.retry->gives_way) return true;
    return any_task(lists, [](const PlannedTask& task) { return task.retry && task.retry->gives_way; });
  }
  static bool may_cancel(const std::vector<PlannedList>& lists) {
    return any_task(lists, [](const PlannedTask& task) { return task.aim == Aim::cancelling; });
  }
  template <class Test>
  static bool any_task(const std::vector<PlannedList>& lists, Test test) {
    for (const auto& list : lists) {
      for (const auto& task : list.tasks) {
        if (test(task) || any_task(task.lists, test)) return true;
      }
    }
    return false;
  }

  /// What a flowable's lists have to have done.
  struct Rules {
    std::string branch = "tasks";
    size_t repeats = 1;
    bool concurrent = false;
    bool fails = false;     ///< by itself, whatever its tasks say
    bool no_tasks = false;  ///< and before they begin
  };

  using Runs = std::vector<const store::TaskRunRow*>;

  void tell(std::string problem) {
    problems_.push_back(fmt::format("execution {} of {}: {}", execution_.execution.id.to_text(), flow_.id, problem));
  }

  /// TASK-20, TASK-28: every decision was taken once.
  void check_tree() {
    std::set<std::tuple<base::Id, std::string, std::string>> seen;
    std::set<std::string> told;
    collect_told(flow_.lists, told);
    for (const auto* row : rows_) {
      const model::TaskRun& run = row->run;
      const PlannedTask* task = find_task(flow_, run.task_id);
      if (task == nullptr) tell("a run of " + run.task_id + ", which the flow does not have");
      if (task != nullptr && task->disabled) tell("a run of the disabled " + run.task_id);
      if (!told.contains(run.task_id) && !seen.insert({run.parent_id, run.task_id, place_of(run)}).second)
        tell(run.task_id + " was begun twice");
      if (!run.parent_id) continue;
      auto parent = by_id_.find(run.parent_id);
      if (parent == by_id_.end()) {
        tell(run.task_id + " stands below a run that does not exist");
      } else if (parent->second->position >= row->position) {
        tell(run.task_id + " stands before its parent");
      }
    }
  }

  /// Of a loop: its value, and its number because values may be equal.
  static std::string place_of(const model::TaskRun& run) {
    return run.value ? fmt::format("{}#{}", *run.value, run.iteration.value_or(0)) : "-";
  }

  Runs children_of(base::Id parent, const PlannedList* list) const {
    Runs found;
    if (list == nullptr) return found;
    for (const auto* row : rows_) {
      if (row->run.parent_id != parent) continue;
      if (std::ranges::any_of(list->tasks, [row](const PlannedTask& task) { return task.id == row->run.task_id; }))
        found.push_back(row);
    }
    return found;
  }
  /// As a loop that forgives counts its iterations.
  static State counted(const PlannedTask& task, State state) {
    return task.forgives && (state == State::failed || state == State::warning) ? State::success : state;
  }

  static std::vector<State> states_of(const Runs& runs) {
    std::vector<State> states;
    for (const auto* row : runs) states.push_back(row->run.state.current());
    return states;
  }
  static size_t enabled(const PlannedList* list) {
    if (list == nullptr) return 0;
    return static_cast<size_t>(
        std::ranges::count_if(list->tasks, [](const PlannedTask& task) { return !task.disabled; }));
  }

  void check_all_ran(const std::string& what, const std::string& name, const PlannedList* list, base::Id parent) {
    if (restarted_ && parent)
      return;  // a restart removes the handlers of all flowables, and only the failed ones run again (EXEC-84)
    const size_t ran = children_of(parent, list).size();
    if (ran != enabled(list)) tell(fmt::format("{} of {} tasks in {} of {} ran", ran, enabled(list), name, what));
  }

  /// TASK-21, TASK-22, TASK-24: which of the lists have run, and how far.
  void check_lists(const std::string& what, const std::vector<PlannedList>& lists, const Rules& rules, base::Id parent,
                   const Runs& tasks) {
    for (const auto& list : lists) {
      const bool handler =
          list.key == "errors" || list.key == "finally" || list.key == "afterExecution" || list.key == "onPause";
      if (!handler && list.key != rules.branch && !children_of(parent, &list).empty())
        tell("a branch of " + what + " ran that was not taken");
    }
    const bool task_failed =
        std::ranges::any_of(tasks, [](const auto* row) { return row->run.state.current() == State::failed; });
    const size_t all = rules.no_tasks ? 0 : enabled(find_list(lists, rules.branch)) * rules.repeats;
    if (!task_failed && tasks.size() != all)
      tell(fmt::format("{} of {} tasks of {} ran and none failed", tasks.size(), all, what));
    const bool failed = task_failed || rules.fails;
    if (task_failed && !rules.concurrent && !restarted_) {
      for (size_t i = 0; i + 1 < tasks.size(); ++i) {
        if (tasks[i]->run.state.current() == State::failed)
          tell("something of " + what + " ran behind a task that failed");
      }
    }
    const PlannedList* errors = find_list(lists, "errors");
    if (failed) {
      check_all_ran(what, "errors", errors, parent);
    } else if (!children_of(parent, errors).empty()) {
      tell("errors of " + what + " ran although nothing failed");
    }
    check_all_ran(what, "finally", find_list(lists, "finally"), parent);
  }

  /// TASK-27: something around it failed while it ran, so that it may have been ended with it.
  bool may_be_cut_short(const store::TaskRunRow& row) const {
    // A restart begins all that had failed at once, also what is one after the other otherwise.
    if (restarted_ && (execution_.execution.state.current() == State::failed || row.run.parent_id)) return true;
    for (base::Id up = row.run.parent_id; up;) {
      const store::TaskRunRow& parent = *by_id_.at(up);
      const PlannedTask* task = find_task(flow_, parent.run.task_id);
      if (task != nullptr && task->concurrent) {
        for (const auto* sibling : rows_) {
          if (sibling->run.parent_id == up && sibling->run.state.current() == State::failed) return true;
        }
        if (model::is_terminated(parent.run.state.current()) && parent.run.state.current() != State::success)
          return true;
      }
      up = parent.run.parent_id;
    }
    return false;
  }

  void check_flowable(const store::TaskRunRow& row, const PlannedTask& task) {
    const State state = row.run.state.current();
    const std::string what = task.id + (row.run.value ? "[" + *row.run.value + "]" : "");
    if (may_be_cut_short(row)) return;
    if (task.skipped != (state == State::skipped))
      return tell(what + " is " + std::string(to_text(state)) + " against its runIf");
    if (state == State::skipped || task.own_model) return;
    if (task.type.ends_with(".Pause")) return check_pause(what, row, task);
    const PlannedList* taken = find_list(task.lists, task.branch);
    const auto tasks = children_of(row.run.id, taken);
    const bool chooses = task.type.ends_with(".If") || task.type.ends_with(".Switch");
    if (taken == nullptr || (chooses && enabled(taken) == 0)) {  // no branch to take: no handlers either (TASK-23)
      if (state != State::success) tell(what + " took no branch and is " + std::string(to_text(state)));
      return;
    }
    const bool task_failed = std::ranges::any_of(
        tasks, [&task](const auto* child) { return counted(task, child->run.state.current()) == State::failed; });
    const bool fails = (task.aim == Aim::failure || task.aim == Aim::strict_failure) && !task_failed;
    if (task.type.ends_with(".Loop")) {
      check_loop(what, row, task, tasks, task_failed);
    } else {
      check_lists(what, task.lists, {task.branch, task.repeats, task.concurrent, fails, false}, row.run.id, tasks);
    }
    std::vector<State> states = states_of(tasks);
    for (State& each : states) each = counted(task, each);
    const bool may_fail = task.allow_failure && !(fails && task.aim == Aim::strict_failure);
    expect(what, row, naive_state(states, fails ? State::failed : State::success, may_fail, task.allow_warning));
    // A subflow that a kill switch or a person ended ends its round, and the loop.
    const bool task_killed =
        std::ranges::any_of(tasks, [](const auto* child) { return child->run.state.current() == State::killed; });
    if (task.rounds > 0) check_rounds(what, task, tasks, task_failed || task_killed);
    if (taken->form == PlannedList::Form::entries && !restarted_) check_order(what, *taken, tasks);
  }
  /// All its iterations, unless one that failed or ended well ends it; each number once.
  void check_loop(const std::string& what, const store::TaskRunRow& row, const PlannedTask& task,
                  const Runs& iterations, bool failed) {
    std::set<int32_t> numbers;
    bool one_ended_well = false;
    for (const auto* iteration : iterations) {
      const State state = iteration->run.state.current();
      const bool ended_well = state == State::success || state == State::warning;
      if (task.breaks && !task.concurrent && one_ended_well && !restarted_)
        tell(what + " went on behind an iteration that ends it");
      one_ended_well = one_ended_well || ended_well;
      numbers.insert(iteration->run.iteration.value_or(-1));
    }
    if (numbers.size() != iterations.size()) tell(what + " has an iteration twice");
    if (!numbers.empty() && (*numbers.begin() < 0 || *numbers.rbegin() >= static_cast<int32_t>(task.repeats)))
      tell(what + " has an iteration too many");
    const bool may_be_ended = failed || (task.breaks && one_ended_well);
    if (!may_be_ended && numbers.size() != task.repeats)
      tell(fmt::format("{} of {} iterations of {} ran", numbers.size(), task.repeats, what));
    check_all_ran(what, "finally", find_list(task.lists, "finally"), row.run.id);
  }
  void expect(const std::string& what, const store::TaskRunRow& row, State expected) {
    const State state = row.run.state.current();
    if (state != expected)
      tell(fmt::format("{} ended {} where its tasks say {} (TASK-23)", what, to_text(state), to_text(expected)));
  }

  /// TASK-39: a person ends it well; its time ends it as it says.
  void check_pause(const std::string& what, const store::TaskRunRow& row, const PlannedTask& task) {
    const bool by_hand = row.run.outputs.is_map() && row.run.outputs.find("onResume") != nullptr;
    const Aim aim = by_hand ? Aim::success : task.aim;
    if (aim == Aim::cancelling) return expect(what, row, State::cancelled);
    const bool fails = aim == Aim::failure || aim == Aim::strict_failure;
    const auto tasks = children_of(row.run.id, find_list(task.lists, "tasks"));
    check_lists(what, task.lists, {.fails = fails, .no_tasks = fails}, row.run.id, tasks);
    const State target = fails ? State::failed : (aim == Aim::warning ? State::warning : State::success);
    expect(what, row,
           naive_state(states_of(tasks), target, task.allow_failure && aim != Aim::strict_failure, task.allow_warning));
    if (!by_hand && task.by_person && !has_duration(task)) tell(what + " went on and nobody had resumed it");
  }
  static bool has_duration(const PlannedTask& task) {
    return std::ranges::any_of(task.properties,
                               [](const std::string& line) { return line.starts_with("pauseDuration:"); });
  }

  /// TASK-38: what is there is the last round.
  void check_rounds(const std::string& what, const PlannedTask& task, const Runs& tasks, bool failed) {
    const auto last = static_cast<int32_t>(task.rounds) - 1;
    for (const auto* row : tasks) {
      if (find_task(flow_, row->run.task_id)->rounds > 0) continue;  // a loop itself: it tells its own round
      const int32_t round = row->run.iteration.value_or(-1);
      if (round > last || (!failed && round != last)) {
        tell(
            fmt::format("{} of {} is of round {} where {} were to be", row->run.task_id, what, round + 1, task.rounds));
      }
    }
  }

  /// TASK-32: nothing begins before all that it waits for has ended.
  void check_order(const std::string& what, const PlannedList& list, const Runs& tasks) {
    std::map<std::string, const store::TaskRunRow*> runs;
    for (const auto* row : tasks) runs[row->run.task_id] = row;
    for (const auto& task : list.tasks) {
      auto run = runs.find(task.id);
      if (run == runs.end()) continue;
      for (const auto& id : task.waits_for) {
        const auto waited = std::ranges::find(list.tasks, id, &PlannedTask::id);
        if (waited == list.tasks.end() || waited->disabled) continue;
        auto before = runs.find(id);
        if (before == runs.end() || before->second->position > run->second->position)
          tell(task.id + " of " + what + " began before " + id + " did");
      }
    }
  }

  static void collect_told(const std::vector<PlannedList>& lists, std::set<std::string>& ids) {
    for (const auto& list : lists) {
      for (const auto& task : list.tasks) {
        if (list.key == "onPause") ids.insert(task.id);
        collect_told(task.lists, ids);
      }
    }
  }
  /// TASK-39: each pause has told that it began.
  void check_told(const std::vector<PlannedList>& lists) {
    if (restarted_) return;
    for (const auto& list : lists) {
      for (const auto& task : list.tasks) {
        check_told(task.lists);
        const PlannedList* told = find_list(task.lists, "onPause");
        if (told == nullptr || enabled(told) == 0) continue;
        size_t pauses = 0;
        size_t runs = 0;
        for (const auto* row : rows_) {
          const auto& changes = row->run.state.changes();
          const bool paused =
              std::ranges::any_of(changes, [](const auto& change) { return change.state == State::paused; });
          pauses += row->run.task_id == task.id && paused ? 1 : 0;
          runs += row->run.task_id == told->tasks[0].id ? 1 : 0;
        }
        if (runs < pauses) tell(fmt::format("{} paused {} times and told it {} times", task.id, pauses, runs));
      }
    }
  }

  const PlannedFlow& flow_;
  const store::ExecutionRow& execution_;
  bool killed_ = false;
  bool restarted_ = false;
  bool late_ = false;
  bool touched_ = false;
  Runs rows_;
  std::map<base::Id, const store::TaskRunRow*> by_id_;
  std::vector<std::string> problems_;
};

}  // namespace

State naive_state(const std::vector<State>& tasks, State target, bool allow_failure, bool allow_warning) {
  auto any = [&tasks](State state) { return std::ranges::find(tasks, state) != tasks.end(); };
  State state = target;
  if (any(State::killed)) {
    state = State::killed;
  } else if (any(State::failed)) {
    state = State::failed;
  } else if (any(State::warning)) {
    state = State::warning;
  } else if (any(State::paused)) {
    state = State::paused;
  }
  if (state == State::failed && allow_failure) return allow_warning ? State::success : State::warning;
  if (state == State::warning && allow_warning) return State::success;
  return state;
}

std::vector<std::string> check_against_model(const PlannedFlow& flow, const store::ExecutionRow& execution,
                                             const std::map<uint32_t, store::TaskRunRow>& runs, bool touched) {
  return Check(flow, execution, runs, touched).run();
}

}  // namespace gyr::simulation
