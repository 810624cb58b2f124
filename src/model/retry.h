// Retries of tasks and flows (FLOW-70 to FLOW-73).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/instant.h"
#include "model/schema.h"

namespace gyr::model {

enum class RetryType : uint8_t { constant, exponential, random };
enum class RetryBehavior : uint8_t { retry_failed_task, create_new_execution };

/// How often and when something that failed is tried again. Immutable once bound; any thread.
struct Retry {
  RetryType type = RetryType::constant;
  base::Duration interval;                     ///< constant, exponential
  base::Duration min_interval;                 ///< random
  base::Duration max_interval;                 ///< exponential, random
  double delay_factor = 2.0;                   ///< exponential
  std::optional<int32_t> max_attempts;         ///< in all, the first included; none: no limit
  std::optional<base::Duration> max_duration;  ///< from the start of the first attempt
  bool warning_on_retry = false;
  RetryBehavior behavior = RetryBehavior::retry_failed_task;

  /// The wait between the end of attempt `attempt` (starting at 1) and the next one. `random` are 64 random bits.
  base::Duration delay_after(int32_t attempt, uint64_t random) const;

  /// The start of attempt `attempts + 1` after `attempts` failed attempts; nothing if there is no further attempt
  /// (FLOW-72). `first_start`: start of the first attempt, `last_end`: end of the last one.
  std::optional<base::Instant> next_date(int32_t attempts, base::Instant first_start, base::Instant last_end,
                                         uint64_t random) const;
};

GYR_NAMED_ENUM(RetryBehavior, "io.kestra.core.models.tasks.retrys.AbstractRetry$Behavior");

template <>
struct Binder<Retry> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() { return "io.kestra.core.models.tasks.retrys.AbstractRetry"; }
  static TypeInfo type_info();
  static void bind(const syntax::NodePtr& node, Retry& target, BindContext& context);
};

}  // namespace gyr::model
