// Plays the owner of one trigger without a server: a clock that the test moves, executions that the test ends, a host
// that answers what the test says.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trigger/machine.h"
#include "plugin/registry.h"

namespace gyr::engine::testing {

/// The trigger `t` of the flow `company.team.flow`, from its creation on. Every event goes through a copy of the state,
/// as after a crash.
class TriggerPlayer {
 public:
  /// `trigger` is its YAML without id and type's package, `type: Schedule, cron: …`; `flow` more of the flow.
  TriggerPlayer(std::string_view now, std::string_view trigger, std::string_view flow = {});

  /// Saves the flow with another trigger.
  void save(std::string_view trigger, std::string_view flow = {});
  /// Moves the clock, handling each wake on the way. Executions end at once unless `hold` is set.
  void until(std::string_view time);
  /// Nobody owns the trigger until then; then somebody takes it over.
  void down_until(std::string_view time);
  /// Sets the clock without anything happening, backwards too.
  void set_clock(std::string_view time);
  /// Ends the execution that runs; a state of nothing: it was deleted.
  void end(std::optional<model::State> state = model::State::success);
  trigger::Effects apply(trigger::Event event);
  /// The same, and what it brings about at once.
  trigger::Effects tell(trigger::Event event);
  void backfill(std::string_view start, std::string_view end, base::Value inputs = {},
                std::vector<model::Label> labels = {});

  /// Dates of the executions started since the last call, as `date` or `date!` where one is FAILED; separated by
  /// blanks. With the zone's offset, seconds left out where they are 0.
  std::string fired();
  std::string next() const;
  const model::TriggerState& state() const { return *state_; }
  bool gone() const { return !state_; }
  const std::vector<trigger::StartExecution>& starts() const { return starts_; }
  const std::vector<std::string>& lines() const { return lines_; }
  size_t evaluations() const { return evaluations_; }
  /// What workers were asked for, and what they were told to end.
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
