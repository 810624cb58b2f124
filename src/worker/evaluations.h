// Evaluations of triggers on a worker: looks of polling triggers, listeners of realtime ones (TRIG-142, TRIG-148).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/id.h"
#include "base/loop.h"
#include "base/one_shot.h"
#include "base/task.h"
#include "engine/compiled_flow.h"
#include "link/frames.h"
#include "plugin/trigger_type.h"
#include "worker/attempt_context.h"

namespace gyr::worker {

/// What evaluations have of their worker; everything outlives them.
struct EvaluationHost {
  base::Loop& loop;
  link::Link& server;
  LogSender& logs;
  std::function<AttemptServices()> services;
  using FlowResult = base::Result<std::shared_ptr<const engine::CompiledFlow>>;
  std::function<base::Task<FlowResult>(model::FlowKey key, int32_t revision)> flow;
};

/// Lives on the worker's loop. An evaluation of a trigger begins when the one before it has ended, so that no two of
/// one trigger run at a time on this worker (TRIG-144).
class Evaluations {
 public:
  explicit Evaluations(EvaluationHost host) : host_(std::move(host)) {}
  ~Evaluations();

  /// One evaluation from its job to its result. Never fails: whatever goes wrong is its result.
  base::Task<void> run(link::TriggerJob job);
  /// True where it runs here.
  bool kill(base::Id evaluation);
  void stored(const link::EventStored& stored);
  /// Ends listeners, which would never end by themselves; what is cut off sends no result (TRIG-151).
  void stop_listeners();
  void stop_all();
  size_t running() const { return running_.size(); }

 private:
  struct Running;
  class Sink;
  /// Tenant, namespace, flow, trigger.
  using Name = std::pair<model::FlowKey, std::string>;

  base::Task<link::TriggerResult> evaluate(std::shared_ptr<Running> running, link::TriggerJob job);
  void send(link::TriggerResult result);

  EvaluationHost host_;
  std::map<base::Id, std::shared_ptr<Running>> running_;
  std::map<Name, std::shared_ptr<Running>> latest_;
  bool stopping_ = false;
};

}  // namespace gyr::worker
