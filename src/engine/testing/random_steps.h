// Turns arbitrary bytes into a flow and events, for the fuzz target and the property test of the steps of the engine.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace gyr::engine::testing {

/// Creates a flow and a list of events from the bytes (results of workers, also late and duplicate ones, lost workers,
/// ends of children, dates, kills, kill switches, restarts). Applies them to two executions: one stays in memory, one
/// is written to rows and read back after every step. Returns a description of the problem: the two differ, a task
/// started twice, the dates of a history decrease, or an ended execution has an open run. Returns an empty text if
/// there is no problem.
std::string problem_of_steps(std::span<const uint8_t> bytes);

}  // namespace gyr::engine::testing
