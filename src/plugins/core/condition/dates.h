// Dates in conditions, as authors and triggers write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/instant.h"
#include "model/schema.h"
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {

enum class DayOfWeek : uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

/// A date as it was written: the day on its own clocks, and the moment if it has an offset.
struct ConditionDate {
  int64_t local_day = 0;
  int64_t local_second = 0;  ///< of the day
  uint32_t nanos = 0;
  std::optional<int32_t> offset;  ///< none: a date alone

  base::Instant instant() const;
  bool is(DayOfWeek weekday) const;
};

/// The property `date` of all these conditions.
model::PropertyOptions date_options();
/// Nothing: the evaluation stopped. `may_be_a_day`: a date without a time is allowed.
std::optional<ConditionDate> parse_date(std::string_view text, bool may_be_a_day,
                                        plugin::ConditionEvaluation& evaluation);
std::optional<ConditionDate> date_of(const model::Dynamic<std::string>& property, bool may_be_a_day,
                                     plugin::ConditionEvaluation& evaluation);

/// Whether a `date` is that of the schedule, so that the condition says the same for all moments of a day.
bool is_of_the_tick(const model::DynamicSource& date);
bool is_constant(const model::DynamicSource& property);

}  // namespace gyr::plugins::core

namespace gyr::model {

GYR_NAMED_ENUM(plugins::core::DayOfWeek, "java.time.DayOfWeek");

}  // namespace gyr::model
