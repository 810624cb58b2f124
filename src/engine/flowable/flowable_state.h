// The state of a running flowable: the part that all types share, and the part of its own type.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/invariant.h"
#include "base/value.h"
#include "engine/rules.h"
#include "model/state.h"

namespace gyr::engine {

struct RunState;

/// Sequential, If, Switch, AllowFailure, Template, ForEachItem and WorkingDirectory need nothing of their own.
struct PlainState {};

/// A Parallel.
struct ParallelState {
  std::optional<int64_t> concurrent;  ///< the limit, if it was rendered
};

/// A Dag.
struct DagState {
  std::optional<int64_t> concurrent;  ///< the limit, if it was rendered
  std::vector<RunState*> places;      ///< its children by index in the list; derived from the runs
};

/// A Pause.
struct PauseState {
  std::string behavior;                    ///< what happens at the end of `duration`; empty: RESUME
  std::optional<base::Duration> duration;  ///< of the pause, or its timeout
};

/// A LoopUntil.
struct LoopUntilState {
  uint32_t round = 0;             ///< the current round, from 0
  bool condition_failed = false;  ///< the condition was evaluated in this round. Not stored: it is evaluated again
};

/// The part that all loops over values share. A group is the runs of one value in progress, by iteration. Ended groups
/// are only in the counts of the frame.
struct ValueLoop {
  struct Group {
    uint32_t created = 0;
    uint32_t terminated = 0;
  };
  base::Value values;  ///< the texts of the values: a list, or a map (a Loop over a map)
  std::unordered_map<uint32_t, Group> groups;
  std::vector<uint32_t> ready;  ///< groups whose last run has ended: their next task can start
  uint32_t next_iteration = 0;  ///< the number of started groups; derived from the runs at recovery
};

/// ForEach and EachSequential.
struct ForEachState : ValueLoop {};

/// An EachParallel.
struct EachParallelState : ValueLoop {
  uint32_t concurrent = 0;  ///< the rendered limit; 0: none was rendered
};

/// A Loop.
struct LoopState : ValueLoop {
  bool values_from_file = false;  ///< the values are the lines of a file
};

/// One iteration of a Loop.
struct IterationState {
  bool ended_loop = false;    ///< `breakWhen` was true after this iteration
  uint32_t outputs_done = 0;  ///< the number of rendered outputs. Not stored: they are rendered again
};

/// The part of one type. A new alternative needs store() and load() in stored_flowable.cc.
using FlowableDetail = std::variant<PlainState, ParallelState, DagState, PauseState, LoopUntilState, ForEachState,
                                    EachParallelState, LoopState, IterationState>;

/// The loop over values in the part of a type; null for other types. `Detail`: FlowableDetail, const or not.
template <class Detail>
auto* value_loop(Detail& detail) {
  using Loop = std::conditional_t<std::is_const_v<Detail>, const ValueLoop, ValueLoop>;
  return std::visit(
      [](auto& own) -> Loop* {
        if constexpr (std::derived_from<std::remove_cvref_t<decltype(own)>, ValueLoop>) return &own;
        return nullptr;
      },
      detail);
}

/// The state of a running flowable. Used on the thread of the owning partition.
struct FlowableState {
  Frame frame;
  uint32_t branch = 0;                          ///< the list of the task that is T (then/else, a case)
  model::State target = model::State::success;  ///< FAILED after its own rules failed it
  bool strict = false;   ///< `target` is a failure that allowFailure does not cover (TASK-38, TASK-39)
  bool settled = false;  ///< what follows its tasks is decided: no round follows, or its outputs are set
  FlowableDetail detail;

  /// The part of its type. Throws if it belongs to another type: an invariant is broken.
  template <class State>
  State& as() {
    State* own = std::get_if<State>(&detail);
    GYR_INVARIANT(own != nullptr, "the state of a flowable is that of its type");
    return *own;
  }
  ValueLoop* loop() { return value_loop(detail); }
  const ValueLoop* loop() const { return value_loop(detail); }
};

/// The stored form of a FlowableState, the same for all types: `kept` and `number` mean what the type says. The counts
/// of the frame are not stored.
struct StoredFlowable {
  static constexpr size_t lists = 4;  ///< the onPause task of a Pause is not a list

  uint32_t branch = 0;
  model::State target = model::State::success;
  base::Value kept;
  std::array<uint64_t, lists> totals{};
  uint32_t number = 0;
  bool settled = false;
  bool strict = false;
};

StoredFlowable stored_flowable(const FlowableState& state);
/// `detail`: the initial state of the type (Flowable::first_state). What does not belong to the type is ignored.
FlowableState restored_flowable(const StoredFlowable& stored, FlowableDetail detail);

}  // namespace gyr::engine
