// The error codes of triggers.
#pragma once

#include "base/error.h"

namespace gyr::engine::trigger {

inline constexpr base::ErrorCode not_locked{"GYR-E091"};   ///< 409: TRIG-228
inline constexpr base::ErrorCode no_backfill{"GYR-E092"};  ///< 400: TRIG-224
inline constexpr base::ErrorCode backfill_refused{
    "GYR-E093"};  ///< 409: one is active, or the trigger takes none (TRIG-70)
/// inputs of a trigger that do not match its flow (TRIG-25)
inline constexpr base::ErrorCode wrong_inputs{"GYR-E094"};
inline constexpr base::ErrorCode wrong_dates{"GYR-E095"};  ///< dates of a ScheduleOnDates that cannot be read (TRIG-85)
inline constexpr base::ErrorCode stale_evaluation{"GYR-E110"};  ///< an event of a listener that was stopped

}  // namespace gyr::engine::trigger
