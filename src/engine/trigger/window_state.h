// The content of one window of a Flow trigger (TRIG-127 to TRIG-129). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "engine/trigger/windows.h"

namespace gyr::engine {

/// The number of executions whose outputs a window keeps separately; the oldest ones beyond it are merged.
inline constexpr size_t max_contributions = 100;
/// The maximum size of the outputs of a window, in bytes; beyond it the oldest outputs are dropped (their conditions
/// stay met).
inline constexpr uint64_t max_contributed_bytes = 1024 * 1024;

/// A condition that was met in a window, and the last time at which it was met.
struct MetCondition {
  std::string condition;
  base::Instant at;
};
/// An execution that met conditions, with its outputs.
struct WindowContribution {
  base::Id execution;
  base::Instant at;
  base::Value outputs;
};

/// The conditions that are met in one window, and the executions that met them. Stored as WindowRow::record; belongs to
/// the partition of the listening flow.
class WindowState {
 public:
  static base::Result<WindowState> decode(std::string_view record);
  std::string encode() const;

  /// An execution met these conditions. A sliding window drops the contributions that are too old.
  void note(const WindowRule& rule, base::Id execution, base::Instant at, std::span<const std::string> conditions,
            const base::Value& outputs);
  /// The number of these conditions that are met.
  size_t count_met(std::span<const std::string> conditions) const;
  /// The outputs of all executions that met a condition, merged in order of time: later ones win (TRIG-116).
  base::Value outputs() const;
  bool empty() const { return met_.empty(); }
  /// The time of the newest contribution.
  base::Instant latest() const;

 private:
  template <class Visitor, class State>
  static void visit_fields(Visitor& visit, State& state);
  void forget_before(base::Instant moment);
  void bound();

  std::vector<MetCondition> met_;
  std::vector<WindowContribution> contributions_;  // in order of time
  std::string unknown_fields_;                     // what a later version has stored with it
};

}  // namespace gyr::engine
