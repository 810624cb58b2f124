// Servers that are broken on purpose: a simulator that does not notice them is broken itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gyr::simulation {

/// What is wrong. All of it is done by the simulated world around the product, whose code knows nothing of it.
enum class Canary : uint8_t {
  none,
  early_answer,    ///< a commit is answered before it is durable: effects, answers and acknowledgements come too early
  lost_commit,     ///< one commit in fifty is answered and never written
  lost_inbox_row,  ///< one message between executions in ten is not written
  lost_timer,      ///< no date is stored
  stale_result,    ///< a result of an attempt that was given out again is taken for the present one's
  lost_log_line,   ///< one chunk of log lines in ten is confirmed and not written
  doubled_child,   ///< one child in four is created twice, under another id
  wrong_parent,    ///< flowables that failed are stored as successful
  leaked_slot,     ///< a slot more is counted than is taken
  forgotten_slot,  ///< no slot is counted that was taken before the server started
  lost_report,     ///< one report of a directory in ten does not arrive
  kept_round,      ///< runs of a round that is over are not taken away
  reopened_run,    ///< one ended task run in twenty is stored as running again
  ignored_epoch,   ///< a commit is taken although another server has taken over
  doubled_date,    ///< one execution of a schedule in four is stored twice, under another id
  silent_skip,     ///< dates that are left out are not recorded
  forgotten_look,  ///< evaluations under way at the death of the server are not asked for again
  overlooked_switch,  ///< one partition does not hear what operators hold back while it runs
  stale_find,         ///< what a look finds that was replaced is taken for the present one's
};

struct CanaryName {
  Canary canary;
  std::string_view name;
};
inline constexpr std::array<CanaryName, 19> canaries{{
    {Canary::early_answer, "early-answer"},
    {Canary::lost_commit, "lost-commit"},
    {Canary::lost_inbox_row, "lost-inbox-row"},
    {Canary::lost_timer, "lost-timer"},
    {Canary::stale_result, "stale-result"},
    {Canary::lost_log_line, "lost-log-line"},
    {Canary::doubled_child, "doubled-child"},
    {Canary::wrong_parent, "wrong-parent"},
    {Canary::leaked_slot, "leaked-slot"},
    {Canary::forgotten_slot, "forgotten-slot"},
    {Canary::lost_report, "lost-report"},
    {Canary::kept_round, "kept-round"},
    {Canary::reopened_run, "reopened-run"},
    {Canary::ignored_epoch, "ignored-epoch"},
    {Canary::doubled_date, "doubled-date"},
    {Canary::silent_skip, "silent-skip"},
    {Canary::forgotten_look, "forgotten-look"},
    {Canary::stale_find, "stale-find"},
    {Canary::overlooked_switch, "overlooked-switch"},
}};

constexpr std::optional<Canary> find_canary(std::string_view name) {
  for (const auto& entry : canaries) {
    if (entry.name == name) return entry.canary;
  }
  return std::nullopt;
}

}  // namespace gyr::simulation
