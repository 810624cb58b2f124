// Which partitions of a thread have something to do, without asking all of them.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/instant.h"
#include "executor/limits.h"

namespace gyr::executor {

/// Used on one executor thread. A partition has a turn if its bell has rung, if it has more to do, if its next date is
/// due; and all have one from time to time, because the wall clock may have been set.
class Agenda {
 public:
  /// Without a date, a thread asks all its partitions this often.
  static constexpr std::chrono::milliseconds round{1'000};

  explicit Agenda(PartitionBits all) : all_(all), goes_on_(all) {}

  /// The partitions of the next turns. `rung`: those of the bell; `moment`: the same time by the steady clock.
  PartitionBits take(PartitionBits rung, base::Instant now, base::MonotonicTime moment) {
    PartitionBits chosen = (rung & all_) | std::exchange(goes_on_, 0);
    if (now >= earliest_) chosen |= take_due(now);
    if (moment >= next_round_) chosen = all_;
    if (chosen == all_) next_round_ = moment + round;
    return chosen;
  }
  /// After the turn of a partition: whether it has more to do, and its next date.
  void note(size_t partition, bool goes_on, std::optional<base::Instant> date) {
    if (goes_on) goes_on_ |= PartitionBits{1} << partition;
    dates_[partition] = date.value_or(never);
    earliest_ = std::min(earliest_, dates_[partition]);
  }
  /// How long the thread can sleep.
  std::chrono::microseconds pause(base::Instant now) const {
    if (goes_on_ != 0) return {};
    const base::Duration left = earliest_ - now;
    if (left.is_negative()) return {};
    if (left >= base::Duration::of_millis(round.count())) return round;
    return std::chrono::microseconds(left.to_micros()) + one_more;
  }

 private:
  static constexpr base::Instant never{.seconds = INT64_MAX / 4};
  static constexpr std::chrono::microseconds one_more{1};  // the rest of a microsecond

  /// Those with a due date; finds the earliest one of the others.
  PartitionBits take_due(base::Instant now) {
    PartitionBits due = 0;
    earliest_ = never;
    for (PartitionBits left = all_; left != 0; left &= left - 1) {
      const auto partition = static_cast<size_t>(std::countr_zero(left));
      if (dates_[partition] <= now) {
        due |= left & -left;
      } else {
        earliest_ = std::min(earliest_, dates_[partition]);
      }
    }
    return due;
  }

  const PartitionBits all_;
  PartitionBits goes_on_;
  std::array<base::Instant, max_partitions> dates_{};  // of other partitions too: these are not in all_
  base::Instant earliest_;                             // or an earlier time
  base::MonotonicTime next_round_{};
};

}  // namespace gyr::executor
