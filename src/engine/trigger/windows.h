// The arithmetic of time windows: which events of Flow triggers count together (TRIG-130 to TRIG-135). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "expression/dates/zone.h"
#include "plugin/core_conditions.h"

namespace gyr::engine {

/// A time of day; on the clocks of the rule's zone where it names no offset (TRIG-134).
struct TimeOfDay {
  int64_t micros = 0;
  std::optional<int32_t> offset = {};
};
/// `HH:mm[:ss[.fff]][offset]`.
base::Result<TimeOfDay> parse_time_of_day(std::string_view text);

/// One kind of window with its numbers. Days begin at midnight on the clocks of `zone`.
struct WindowRule {
  plugin::TimeWindowType type = plugin::TimeWindowType::duration_window;
  base::Duration length = base::Duration::of_seconds(86'400);  ///< of DURATION_WINDOW and SLIDING_WINDOW
  base::Duration advance;                                      ///< of DURATION_WINDOW
  TimeOfDay from;                                              ///< of daily ones; a deadline's is midnight
  TimeOfDay to;
  expression::Zone zone;
};

/// One window. Windows of a rule are told apart by their start.
struct Window {
  int64_t start = 0;   ///< microseconds on the clocks of the rule; 0 of a sliding one
  base::Instant ends;  ///< first moment behind it; of a sliding one: when what came now no longer counts
};

/// The rule that an author wrote. The defaults of TRIG-130 and TRIG-131 stand in for what is missing; times of day were
/// checked when the flow was saved.
WindowRule window_rule(const plugin::TimeWindow& window, const expression::Zone& zone);

/// The window in which something at this moment counts; none where it lies outside of all (TRIG-132, TRIG-133).
///
/// Windows of up to a day begin anew at each midnight (with the advance), so a length that does not divide the day
/// leaves a shorter last one; longer ones follow each other from Monday, 1970-01-05. On a day on which clocks are set a
/// window is as long as those clocks say. A daily window whose end is not behind its start goes through midnight.
std::optional<Window> window_at(const WindowRule& rule, base::Instant moment);

}  // namespace gyr::engine
