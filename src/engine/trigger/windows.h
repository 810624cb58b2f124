// The arithmetic of time windows: which events of Flow triggers belong together (TRIG-130 to TRIG-135). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "plugin_api/flow_trigger.h"
#include "text/zone.h"

namespace gyr::engine {

/// A time of day; in the zone of the rule if it has no offset (TRIG-134).
struct TimeOfDay {
  int64_t micros = 0;
  std::optional<int32_t> offset = {};
};
/// `HH:mm[:ss[.fff]][offset]`.
base::Result<TimeOfDay> parse_time_of_day(std::string_view text);

/// One kind of window with its parameters. Days start at midnight in `zone`.
struct WindowRule {
  plugin::TimeWindowType type = plugin::TimeWindowType::duration_window;
  base::Duration length = base::Duration::of_seconds(86'400);  ///< of DURATION_WINDOW and SLIDING_WINDOW
  base::Duration advance;                                      ///< of DURATION_WINDOW
  TimeOfDay from;                                              ///< for daily windows; that of a deadline is midnight
  TimeOfDay to;
  text::Zone zone;
};

/// One window. The windows of a rule are identified by their start.
struct Window {
  int64_t start = 0;   ///< microseconds of local time in the zone of the rule; 0 for a sliding window
  base::Instant ends;  ///< the first moment after it; for a sliding window: when a contribution of now no longer counts
};

/// The rule that an author wrote, with the defaults of TRIG-130 and TRIG-131. Times of day were validated when the flow
/// was saved.
WindowRule window_rule(const plugin::TimeWindow& window, const text::Zone& zone);

/// The window for this moment; none if the moment is outside of all windows (TRIG-132, TRIG-133).
///
/// Windows of up to a day start again at each midnight (with the advance), so a length that does not divide the day has
/// a shorter last window. Longer windows follow each other from Monday, 1970-01-05. On a day with a change of the local
/// time, the length of a window follows the local time. A daily window whose end is not after its start includes
/// midnight.
std::optional<Window> window_at(const WindowRule& rule, base::Instant moment);

}  // namespace gyr::engine
