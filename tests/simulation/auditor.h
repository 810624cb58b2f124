// Watches a history from outside and holds it against the promises of docs/architecture/principles.md: nothing lost,
// nothing doubled, nothing stuck.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "dispatch/workers.h"
#include "engine/effect.h"
#include "events.h"
#include "memory_store.h"
#include "protocol/frames.h"
#include "random.h"
#include "scenario.h"

namespace gyr::simulation {

/// One run of a task's body on a worker.
struct Body {
  protocol::AttemptKey key;
  std::string flow;
  std::string task;
  base::Id directory;                                   ///< whose job it is part of, where a directory runs it
  std::vector<std::pair<uint32_t, std::string>> lines;  ///< sequence and text of what it has logged
};

/// Sees every commit as it becomes durable, every job as it is given out, every answer as a client gets it. It keeps
/// its own copy of the rows and never looks at what the executor holds in memory.
class Auditor {
 public:
  Auditor(const Scenario& scenario, const Events& events) : scenario_(scenario), events_(events) {}

  // ---- what happens
  void committed(const store::Batch& batch);
  /// Effects come only after the commit that they follow from.
  void dispatched(const executor::WorkOrigin& origin, const engine::Dispatch& job);
  void acknowledged(const executor::WorkOrigin& origin, const engine::AttemptRef& attempt);
  /// A worker begins; the answer is the token that its outputs carry.
  std::string body_started(const protocol::Job& job, base::Id directory = {});
  void logged(const std::string& token, uint32_t sequence, std::string text);
  /// A worker is asked to look for a trigger: its row has to say so already.
  void asked(const executor::WorkOrigin& origin, const std::string& trigger_id, base::Id evaluation);
  /// A worker looks and finds something; the answer is the token that it tells.
  std::string looked(const protocol::TriggerJob& job);
  void accepted(size_t action, base::Id execution);
  /// A file is there whole.
  void stored_file(const std::string& path) { files_.insert(path); }
  // What operators hold back (auditor_operator_holds.cc).
  /// The partitions of this site's server act by what is stored now: it was read.
  void told(size_t site);
  /// And so does its worker hub.
  void hub_told(size_t site) { hub_told_[site] = told_[site]; }
  /// A partition, or an operator, hands this over to the store.
  void proposed(size_t site, const store::Batch& batch);
  /// A worker is sent something.
  void given(size_t site, const protocol::Frame& frame);
  /// Somebody lets it begin, whatever holds others back.
  void forced(base::Id execution) { forced_.insert(execution); }
  void killing(base::Id execution) { killed_.insert(execution); }
  /// Somebody asks for what changes its course by hand: its end follows from no rule any more.
  void touched(base::Id execution) { touched_.insert(execution); }
  /// Called for an execution that stands still until somebody acts, or until a date.
  void set_on_hold(std::function<void(base::Id)> on_hold) { on_hold_ = std::move(on_hold); }

  // ---- at the end, when nothing happens any more
  void finish(store::Reader& reader);
  void fail(std::string promise);

  const Rows& rows() const { return rows_; }
  const std::vector<std::string>& violations() const { return violations_; }
  /// Of everything that happened, in order.
  uint64_t hash() const { return hash_; }
  void note(uint64_t what) { hash_ = mix(hash_, what); }
  void note(base::Id id) { note(id.high ^ id.low); }
  /// The end of what an action created, as far as it may not depend on faults: states of its runs and of its children.
  std::string end_of(size_t action) const;
  uint64_t bodies() const { return bodies_.size(); }

 private:
  void audit_execution(const store::ExecutionRow& row);
  void audit_run(const store::TaskRunRow& row);
  enum class Kind : uint8_t { execution, run, reopened_run };
  void audit_history(const std::string& what, const model::StateHistory& before, const model::StateHistory& after,
                     Kind kind);
  void audit_limits(const store::Batch& batch);
  void audit_token(const store::TaskRunRow& row);
  void audit_requests();
  void audit_open(const store::ExecutionRow& row);
  void audit_replacement(const store::ExecutionRow& row);
  void audit_sla(const store::ExecutionRow& row);
  bool is_replacement(const store::ExecutionRow& row) const;
  /// What somebody was told is in force.
  struct Told {
    std::vector<store::KillSwitchRow> switches;
    bool maintenance = false;
    int64_t since_us = 0;
  };
  store::SwitchEffect effect_on(const Told& told, const model::FlowKey& flow, base::Id execution) const;
  void audit_held(const Told& told, const store::ExecutionRow& row, bool is_new);
  void audit_held(const Told& told, const store::TaskRunRow& row);
  void audit_stopped_run(const store::TaskRunRow& row);
  void audit_stopped(const store::ExecutionRow& row);
  void audit_overlooked(const Told& told);
  bool was_changed(const store::ExecutionRow& row) const;
  bool may_end_otherwise(const store::ExecutionRow& row) const;
  bool is_directory(const model::FlowKey& flow, const std::string& task_id) const;
  bool was_touched(const store::ExecutionRow& row) const;
  void audit_cascade();
  void audit_items();
  bool waits_for_items(const store::ExecutionRow& row, std::string_view task_id) const;
  void audit_children();
  void audit_logs();
  void audit_trigger(const PlannedFlow& flow);
  void audit_dates(const PlannedFlow& flow);
  bool is_skipped(const PlannedFlow& flow, int64_t date) const;
  void audit_readable(store::Reader& reader);
  std::string end_of_execution(base::Id execution) const;

  const Scenario& scenario_;
  const Events& events_;
  Rows rows_;
  std::vector<std::string> violations_;
  uint64_t hash_ = 1;
  std::map<size_t, base::Id> accepted_;
  std::set<base::Id> killed_;
  std::set<base::Id> reopened_;  ///< executions that were restarted
  std::set<base::Id> copies_;    ///< made with the task runs and the history of another one (EXEC-85)
  std::set<base::Id> touched_;
  std::set<base::Id> forced_;
  std::map<base::Id, store::ExecutionRow> deleted_;  ///< as they were
  std::set<std::string> files_;
  std::map<size_t, Told> told_;      ///< by site: the partitions
  std::map<size_t, Told> hub_told_;  ///< and the worker hub
  std::set<base::Id> known_runs_;    ///< all there ever were
  std::function<void(base::Id)> on_hold_;
  std::map<base::Id, int32_t> newest_epoch_;  ///< by task run: of the last job given out
  std::map<std::string, Body> bodies_;        ///< by token
  std::map<std::string, base::Id> looks_;     ///< evaluations by token
  std::map<std::string, std::vector<std::string>>
      skips_;  ///< by flow: what its schedule says of dates that it leaves out
};

/// How requests name themselves in the executions they create.
std::string action_name(size_t action);

}  // namespace gyr::simulation
