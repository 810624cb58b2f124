// Evaluations of triggers on a worker: single evaluations of polling triggers, and listeners of realtime triggers
// (TRIG-142, TRIG-148).
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
#include "plugin_api/trigger_type.h"
#include "protocol/frames.h"
#include "worker/attempt_context.h"

namespace gyr::worker {

/// What evaluations use of their worker. Everything here must outlive them.
struct EvaluationHost {
  base::Loop& loop;
  protocol::Link& server;
  LogSender& logs;
  std::function<AttemptServices()> services;
  using FlowResult = base::Result<std::shared_ptr<const engine::CompiledFlow>>;
  std::function<base::Task<FlowResult>(model::FlowKey key, int32_t revision)> flow;
};

/// Lives on the loop of the worker. An evaluation of a trigger starts after the previous one has ended, so that the
/// worker never runs two evaluations of one trigger at the same time (TRIG-144).
class Evaluations {
 public:
  explicit Evaluations(EvaluationHost host) : host_(std::move(host)) {}
  ~Evaluations();

  /// Runs one evaluation from its job to its result. Never fails: errors are part of the result.
  base::Task<void> run(protocol::TriggerJob job);
  /// Returns true if the evaluation runs on this worker.
  bool kill(base::Id evaluation);
  void stored(const protocol::EventStored& stored);
  /// Ends the listeners, which do not end by themselves. An evaluation that is cancelled sends no result (TRIG-151).
  void stop_listeners();
  void stop_all();
  size_t running() const { return running_.size(); }

 private:
  struct Running;
  class Sink;
  /// The key: tenant, namespace, flow, trigger.
  using Name = std::pair<model::FlowKey, std::string>;

  base::Task<protocol::TriggerResult> evaluate(std::shared_ptr<Running> running, protocol::TriggerJob job);
  void send(protocol::TriggerResult result);

  EvaluationHost host_;
  std::map<base::Id, std::shared_ptr<Running>> running_;
  std::map<Name, std::shared_ptr<Running>> latest_;
  bool stopping_ = false;
};

}  // namespace gyr::worker
