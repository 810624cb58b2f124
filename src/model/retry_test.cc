#include "model/retry.h"

#include <gtest/gtest.h>

#include "model/bind.h"
#include "model/test_types.h"
#include "syntax/yaml.h"

namespace gyr::model {

namespace {

using base::Duration;
using base::Instant;

Duration seconds(int64_t n) { return Duration::of_seconds(n); }

Retry bind(std::string_view yaml) {
  Retry retry;
  BindContext context(testing::test_types());
  Binder<Retry>::bind(*syntax::parse_yaml(yaml), retry, context);
  EXPECT_FALSE(context.failed()) << yaml;
  return retry;
}

std::vector<std::string> lines(std::string_view yaml) {
  Retry retry;
  BindContext context(testing::test_types());
  Binder<Retry>::bind(*syntax::parse_yaml(yaml), retry, context);
  std::vector<std::string> lines;
  for (const auto& found : context.diagnostics()) lines.push_back(found.path + ": " + found.message);
  return lines;
}

// FLOW-70
TEST(Retry, Delays) {
  const Retry constant = bind("{type: constant, interval: PT5S}");
  EXPECT_EQ(constant.delay_after(1, 0), seconds(5));
  EXPECT_EQ(constant.delay_after(1000, 0), seconds(5));

  const Retry exponential = bind("{type: exponential, interval: PT1S, maxInterval: PT10S}");
  EXPECT_EQ(exponential.delay_factor, 2.0);
  EXPECT_EQ(exponential.delay_after(1, 0), seconds(1));
  EXPECT_EQ(exponential.delay_after(2, 0), seconds(2));
  EXPECT_EQ(exponential.delay_after(4, 0), seconds(8));
  EXPECT_EQ(exponential.delay_after(5, 0), seconds(10));
  EXPECT_EQ(exponential.delay_after(1'000'000, 0), seconds(10));
  const Retry slow = bind("{type: exponential, interval: PT4S, maxInterval: PT1M, delayFactor: 1.5}");
  EXPECT_EQ(slow.delay_after(3, 0), seconds(9));

  const Retry random = bind("{type: random, minInterval: PT1S, maxInterval: PT3S}");
  EXPECT_EQ(random.delay_after(1, 0), seconds(1));
  EXPECT_LT(random.delay_after(1, UINT64_MAX), seconds(3));
  EXPECT_EQ(random.delay_after(1, uint64_t{1} << 63), seconds(2));
}

// FLOW-71, FLOW-72
TEST(Retry, NextDateAndLimits) {
  const Instant start = Instant::of_millis(1'000'000);
  const Retry endless = bind("{type: constant, interval: PT5S}");
  EXPECT_EQ(endless.next_date(1'000'000, start, start, 0), start + seconds(5));

  const Retry three = bind("{type: constant, interval: PT5S, maxAttempts: 3}");
  EXPECT_EQ(three.next_date(1, start, start + seconds(1), 0), start + seconds(6));
  EXPECT_TRUE(three.next_date(2, start, start, 0).has_value());
  EXPECT_FALSE(three.next_date(3, start, start, 0).has_value());
  EXPECT_FALSE(three.next_date(4, start, start, 0).has_value());

  const Retry timed = bind("{type: constant, interval: PT5S, maxDuration: PT10S}");
  EXPECT_TRUE(timed.next_date(1, start, start + seconds(5), 0).has_value());
  EXPECT_FALSE(timed.next_date(1, start, start + seconds(5) + Duration::of_nanos(1), 0).has_value());
}

// FLOW-71: the old spelling, and the defaults.
TEST(Retry, Properties) {
  const Retry old = bind("{type: constant, interval: PT5S, maxAttempt: 4}");
  EXPECT_EQ(old.max_attempts, 4);
  EXPECT_FALSE(old.warning_on_retry);
  EXPECT_EQ(old.behavior, RetryBehavior::retry_failed_task);
  EXPECT_EQ(bind("{type: constant, interval: 5, behavior: CREATE_NEW_EXECUTION, warningOnRetry: true}").behavior,
            RetryBehavior::create_new_execution);
}

// FLOW-73: equal is refused, too.
TEST(Retry, Rules) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines("{type: constant, interval: PT5S, maxDuration: PT5S}"),
            Lines{"intervalLessThanMaxDuration: 'interval' must be less than 'maxDuration'"});
  EXPECT_EQ(lines("{type: exponential, interval: PT5S, maxInterval: PT5S, maxDuration: PT1S}"),
            (Lines{"intervalLessThanMaxDuration: 'interval' must be less than 'maxDuration'",
                   "intervalLessThanMaxInterval: 'interval' must be less than 'maxInterval'"}));
  EXPECT_EQ(lines("{type: random, minInterval: PT5S, maxInterval: PT5S, maxDuration: PT5S}"),
            (Lines{"minIntervalLessThanMaxInterval: 'minInterval' must be less than 'maxInterval'",
                   "minIntervalLessThanMaxDuration: 'minInterval' must be less than 'maxDuration'",
                   "maxIntervalLessThanMaxDuration: 'maxInterval' must be less than 'maxDuration'"}));
  EXPECT_EQ(lines("{type: constant}"), Lines{"interval: must not be null"});
  EXPECT_EQ(lines("{type: exponential, interval: PT1S}"), Lines{"maxInterval: must not be null"});
  EXPECT_EQ(lines("{type: constant, interval: PT1S, maxAttempts: 0}"),
            Lines{"maxAttempts: must be greater than or equal to 1"});
  EXPECT_EQ(lines("{type: linear}"), Lines{": Invalid type: linear"});
  EXPECT_EQ(lines("{interval: PT1S}"), Lines{": Invalid type: null"});
  EXPECT_EQ(lines("[constant]").size(), 1U);
  EXPECT_EQ(lines("{type: [a]}"), Lines{": Invalid type: null"});
}

}  // namespace

}  // namespace gyr::model
