// Simulates the owner of one trigger without a server: the test sets the clock, ends the executions and answers the
// host calls.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trigger/machine.h"
#include "plugin_api/registry.h"

namespace gyr::engine::testing {

/// The trigger `t` of the flow `company.team.flow`, from its creation. Every event is applied to a copy of the state,
/// as after a crash.
class TriggerPlayer {
 public:
  /// `trigger` is its YAML without the id and the package of the type, such as `type: Schedule, cron: …`; `flow` is
  /// further YAML of the flow.
  TriggerPlayer(std::string_view now, std::string_view trigger, std::string_view flow = {});

  /// Saves the flow with another trigger.
  void save(std::string_view trigger, std::string_view flow = {});
  /// Advances the clock and handles each wake-up on the way. Executions end immediately unless `hold` is set.
  void until(std::string_view time);
  /// The trigger has no owner until this time; then a new owner takes it over.
  void down_until(std::string_view time);
  /// Sets the clock without any event, also backwards.
  void set_clock(std::string_view time);
  /// Ends the running execution; without a state: it was deleted.
  void end(std::optional<model::State> state = model::State::success);
  trigger::Effects apply(trigger::Event event);
  /// The same, with its immediate effects.
  trigger::Effects tell(trigger::Event event);
  void backfill(std::string_view start, std::string_view end, base::Value inputs = {},
                std::vector<model::Label> labels = {});

  /// The dates of the executions that started since the last call, as `date`, or `date!` if the execution is FAILED;
  /// separated by spaces. With the offset of the zone, without seconds if they are 0.
  std::string fired();
  std::string next() const;
  const model::TriggerState& state() const { return *state_; }
  bool gone() const { return !state_; }
  const std::vector<trigger::StartExecution>& starts() const { return starts_; }
  const std::vector<std::string>& lines() const { return lines_; }
  size_t evaluations() const { return evaluations_; }
  /// The requests to workers: evaluations, and ends of evaluations.
  const std::vector<trigger::Evaluation>& asked() const { return asked_; }
  const std::vector<base::Id>& ended() const { return ended_; }

  bool hold = false;
  trigger::Effects last;
  TriggerSettings trigger_settings;
  std::function<base::Result<base::Value>(const expression::HostCall&)> host;

 private:
  void define(std::string_view trigger, std::string_view flow);
  void drain();

  plugin::Registry registry_;
  Settings settings_;
  std::shared_ptr<const CompiledFlow> flow_;
  std::optional<model::TriggerState> state_;
  base::Instant now_;
  base::Instant life_began_;
  std::vector<trigger::StartExecution> starts_;
  size_t told_ = 0;
  std::vector<std::string> lines_;
  std::vector<base::Id> running_;
  std::vector<trigger::Evaluation> asked_;
  std::vector<base::Id> ended_;
  uint64_t seed_ = 0;
  size_t evaluations_ = 0;
};

}  // namespace gyr::engine::testing
