// Any bytes as a flow and what happens to it, for the fuzz target and the property test of the engine's steps.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace gyr::engine::testing {

/// Makes a flow and a list of events of the bytes (results of workers, also late and doubled ones, lost workers, ends
/// of children, dates, kills, kill switches, restarts) and applies them twice: to an execution that stays in memory and
/// to one that is written to rows and read back after every step. Answers what is wrong: the two differ, a task was
/// begun twice, a history runs backwards, or an ended execution has an open run. Empty where nothing is.
std::string problem_of_steps(std::span<const uint8_t> bytes);

}  // namespace gyr::engine::testing
