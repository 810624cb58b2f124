#include "shrink.h"

#include <array>

namespace gyr::simulation {
namespace {

class Shrinker {
 public:
  Shrinker(Scenario scenario, const std::function<bool(const Scenario&)>& fails, size_t tries)
      : best_(std::move(scenario)), fails_(fails), tries_(tries) {}

  Scenario run() {
    for (bool smaller = true; smaller && tries_ > 0;) {
      smaller = actions();
      smaller = interventions() || smaller;
      smaller = edits() || smaller;
      smaller = flows() || smaller;
      smaller = tasks() || smaller;
      smaller = faults() || smaller;
      smaller = bounds() || smaller;
    }
    return best_;
  }

 private:
  bool keep(const Scenario& candidate) {
    if (tries_ == 0) return false;
    tries_ -= 1;
    if (!fails_(candidate)) return false;
    best_ = candidate;
    return true;
  }

  bool actions() {
    bool smaller = false;
    for (size_t i = best_.actions.size(); i-- > 0 && best_.actions.size() > 1;) {
      Scenario candidate = best_;
      // The others keep their numbers: who has asked for what stays the same.
      candidate.actions.erase(candidate.actions.begin() + static_cast<ptrdiff_t>(i));
      std::erase_if(candidate.actions,
                    [i](const Action& action) { return names_request(action) && action.target == i; });
      std::erase_if(candidate.interventions, [i](const Intervention& each) {
        return each.scope == Intervention::Scope::execution && each.target == i;
      });
      for (Intervention& each : candidate.interventions) each.target -= each.target > i ? 1 : 0;
      for (Action& action : candidate.actions) {
        if (names_request(action) && action.target > i) action.target -= 1;
      }
      if (!candidate.actions.empty()) smaller = keep(candidate) || smaller;
      i = std::min(i, best_.actions.size());
    }
    return smaller;
  }

  bool interventions() {
    bool smaller = false;
    for (size_t i = best_.interventions.size(); i-- > 0;) {
      Scenario candidate = best_;
      candidate.interventions.erase(candidate.interventions.begin() + static_cast<ptrdiff_t>(i));
      smaller = keep(candidate) || smaller;
    }
    return smaller;
  }

  bool edits() {
    bool smaller = false;
    for (size_t i = best_.edits.size(); i-- > 0;) {
      Scenario candidate = best_;
      candidate.edits.erase(candidate.edits.begin() + static_cast<ptrdiff_t>(i));
      smaller = keep(candidate) || smaller;
    }
    return smaller;
  }

  static bool is_used(const Scenario& scenario, const std::string& flow) {
    for (const auto& each : scenario.edits) {
      if (each.flow == flow) return true;
    }
    for (const auto& action : scenario.actions) {
      if (action.flow == flow) return true;
    }
    for (const auto& each : scenario.interventions) {
      if (each.scope == Intervention::Scope::flow && each.flow == flow) return true;
    }
    for (const auto& planned : scenario.flows) {
      if (starts(planned.lists, flow)) return true;
    }
    return false;
  }
  static bool starts(const std::vector<PlannedList>& lists, const std::string& flow) {
    for (const auto& list : lists) {
      for (const auto& task : list.tasks) {
        if (task.starts == flow || starts(task.lists, flow)) return true;
      }
    }
    return false;
  }

  bool flows() {
    bool smaller = false;
    for (size_t i = best_.flows.size(); i-- > 0;) {
      if (is_used(best_, best_.flows[i].id)) continue;
      Scenario candidate = best_;
      candidate.flows.erase(candidate.flows.begin() + static_cast<ptrdiff_t>(i));
      smaller = keep(candidate) || smaller;
    }
    return smaller;
  }

  /// Tries each task of these lists without it, then what is below it.
  bool tasks_below(const std::function<std::vector<PlannedList>&(Scenario&)>& lists) {
    bool smaller = false;
    for (size_t l = lists(best_).size(); l-- > 0;) {
      const std::string key = lists(best_)[l].key;
      if (lists(best_)[l].form == PlannedList::Form::made) continue;
      for (size_t t = lists(best_)[l].tasks.size(); t-- > 0;) {
        const bool is_made =
            lists(best_)[l].tasks[t].type == "made" && lists(best_)[l].form != PlannedList::Form::around;
        if (is_made) continue;
        Scenario candidate = best_;
        auto& list = lists(candidate)[l].tasks;
        list.erase(list.begin() + static_cast<ptrdiff_t>(t));
        const bool handler =
            key == "errors" || key == "finally" || key == "afterExecution" || key == "else" || key == "onPause";
        if (list.empty() && handler) lists(candidate).erase(lists(candidate).begin() + static_cast<ptrdiff_t>(l));
        if (!list.empty() || handler) {
          if (keep(candidate)) {
            smaller = true;
            if (lists(best_).size() <= l || lists(best_)[l].key != key) break;
            continue;
          }
        }
        auto below = [&lists, l, t](Scenario& scenario) -> std::vector<PlannedList>& {
          return lists(scenario)[l].tasks[t].lists;
        };
        smaller = tasks_below(below) || smaller;
        auto task = [&lists, l, t](Scenario& scenario) -> PlannedTask& { return lists(scenario)[l].tasks[t]; };
        smaller = simpler_task(task) || smaller;
      }
    }
    return smaller;
  }

  bool simpler_task(const std::function<PlannedTask&(Scenario&)>& task) {
    bool smaller = false;
    for (size_t i = task(best_).properties.size(); i-- > 0;) {
      const std::string& line = task(best_).properties[i];
      if (!line.starts_with("retry:") && !line.starts_with("timeout:") &&
          !(line.starts_with("runIf:") && !task(best_).skipped))
        continue;
      Scenario candidate = best_;
      auto& properties = task(candidate).properties;
      if (line.starts_with("retry:")) task(candidate).retry.reset();
      properties.erase(properties.begin() + static_cast<ptrdiff_t>(i));
      smaller = keep(candidate) || smaller;
    }
    if (task(best_).allow_failure) {
      Scenario candidate = best_;
      task(candidate).allow_failure = task(candidate).allow_warning = false;
      smaller = keep(candidate) || smaller;
    }
    return smaller;
  }

  bool tasks() {
    bool smaller = false;
    for (size_t f = best_.flows.size(); f-- > 0;) {
      smaller = tasks_below([f](Scenario& scenario) -> std::vector<PlannedList>& { return scenario.flows[f].lists; }) ||
                smaller;
    }
    return smaller;
  }

  bool faults() {
    static constexpr std::array rates{&Faults::crash_before_commit,
                                      &Faults::crash_after_commit,
                                      &Faults::refused_commit,
                                      &Faults::unknown_commit,
                                      &Faults::slow_commit,
                                      &Faults::full_disk,
                                      &Faults::crash_at_once,
                                      &Faults::lost_worker,
                                      &Faults::cut_link,
                                      &Faults::doubled_result,
                                      &Faults::late_result,
                                      &Faults::clock_jump,
                                      &Faults::surviving_worker,
                                      &Faults::sleeping_server,
                                      &Faults::lost_renewal,
                                      &Faults::unreadable,
                                      &Faults::thrown,
                                      &Faults::rejected_batch,
                                      &Faults::failed_file,
                                      &Faults::slow_turn,
                                      &Faults::slow_worker};
    bool smaller = false;
    for (auto rate : rates) {
      if (best_.faults.*rate == 0) continue;
      Scenario candidate = best_;
      candidate.faults.*rate = 0;
      smaller = keep(candidate) || smaller;
    }
    return smaller;
  }

  bool bounds() {
    const Bounds usual;
    bool smaller = false;
    auto set_back = [&](auto member) {
      if (best_.bounds.*member == usual.*member) return;
      Scenario candidate = best_;
      candidate.bounds.*member = usual.*member;
      smaller = keep(candidate) || smaller;
    };
    set_back(&Bounds::servers);
    set_back(&Bounds::drain);
    set_back(&Bounds::batch_bytes);
    set_back(&Bounds::live_executions);
    set_back(&Bounds::wakes);
    set_back(&Bounds::step_runs);
    set_back(&Bounds::step_bytes);
    return smaller;
  }

  Scenario best_;
  const std::function<bool(const Scenario&)>& fails_;
  size_t tries_;
};

}  // namespace

Scenario shrink(Scenario scenario, const std::function<bool(const Scenario&)>& fails, size_t tries) {
  return Shrinker(std::move(scenario), fails, tries).run();
}

}  // namespace gyr::simulation
