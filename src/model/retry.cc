#include "model/retry.h"

#include <cmath>

#include "model/bind.h"
#include "model/errors.h"
#include "model/variant.h"

namespace gyr::model {

using base::Duration;

Duration Retry::delay_after(int32_t attempt, uint64_t random) const {
  switch (type) {
    case RetryType::constant: return interval;
    case RetryType::exponential: {
      const double factor = std::pow(delay_factor, attempt < 1 ? 0 : attempt - 1);
      // An overflowing factor is infinite; scaled() saturates.
      return std::min(base::scaled(interval, factor), max_interval);
    }
    case RetryType::random: {
      const Duration range = max_interval - min_interval;
      if (range.is_negative() || range.is_zero()) return min_interval;
      const auto nanos = static_cast<unsigned __int128>(range.to_nanos());
      return min_interval + Duration::of_nanos(static_cast<int64_t>(nanos * random >> 64));  // below the range
    }
  }
  return interval;
}

std::optional<base::Instant> Retry::next_date(int32_t attempts, base::Instant first_start, base::Instant last_end,
                                              uint64_t random) const {
  if (max_attempts && attempts >= *max_attempts) return std::nullopt;
  const base::Instant next = last_end + delay_after(attempts, random);
  if (max_duration && next > first_start + *max_duration) return std::nullopt;
  return next;
}

std::span<const std::pair<std::string_view, RetryBehavior>> EnumNames<RetryBehavior>::names() {
  static constexpr std::pair<std::string_view, RetryBehavior> all[] = {
      {"RETRY_FAILED_TASK", RetryBehavior::retry_failed_task},
      {"CREATE_NEW_EXECUTION", RetryBehavior::create_new_execution}};
  return all;
}

namespace {

void add_common(SchemaBuilder<Retry>& builder) {
  builder.ignore("type")
      .property(
          "maxAttempts", &Retry::max_attempts,
          {.title = "Maximum number of attempts, including the first one", .minimum = 1, .aliases = {"maxAttempt"}})
      .property("maxDuration", &Retry::max_duration,
                {.title = "Maximum time from the start of the first attempt to the start of the last one"})
      .property("warningOnRetry", &Retry::warning_on_retry,
                {.title = "Whether success after a retry sets the state WARNING",
                 .default_value = base::Value::boolean(false)})
      .property("behavior", &Retry::behavior,
                {.title = "Whether to retry the task or the whole execution",
                 .default_value = base::Value::string("RETRY_FAILED_TASK")});
}

/// One rule of FLOW-73; the path ends in a name of its own, as the reference shows it.
void must_be_less(const Duration& small, const Duration& large, std::string_view small_name,
                  std::string_view large_name, const syntax::NodePtr& node, BindContext& context) {
  if (small < large) return;
  std::string capital(large_name);
  capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
  BindContext::Scope scope(context, fmt::format("{}LessThan{}", small_name, capital));
  syntax::NodePtr place = node->find_shared(small_name);
  if (place == nullptr) place = node;
  syntax::Diagnostic& found =
      context.report(wrong_retry, fmt::format("'{}' must be less than '{}'", small_name, large_name), place);
  found.label = fmt::format("not less than `{}`", large_name);
}

const Schema& constant_schema() {
  static const Schema schema =
      describe<Retry>("io.kestra.core.models.tasks.retrys.Constant")
          .property("interval", &Retry::interval, {.title = "Wait time before each retry", .required = true})
          .with(add_common)
          .check([](const Retry& retry, const syntax::NodePtr& node, BindContext& context) {
            if (retry.max_duration)
              must_be_less(retry.interval, *retry.max_duration, "interval", "maxDuration", node, context);
          })
          .build();
  return schema;
}

const Schema& exponential_schema() {
  static const Schema schema =
      describe<Retry>("io.kestra.core.models.tasks.retrys.Exponential")
          .property("interval", &Retry::interval, {.title = "Wait time before the first retry", .required = true})
          .property("maxInterval", &Retry::max_interval, {.title = "Maximum wait time", .required = true})
          .property("delayFactor", &Retry::delay_factor,
                    {.title = "Factor by which the wait time grows after each retry",
                     .default_value = base::Value::number(2.0)})
          .with(add_common)
          .check([](const Retry& retry, const syntax::NodePtr& node, BindContext& context) {
            if (retry.max_duration)
              must_be_less(retry.interval, *retry.max_duration, "interval", "maxDuration", node, context);
            must_be_less(retry.interval, retry.max_interval, "interval", "maxInterval", node, context);
          })
          .build();
  return schema;
}

const Schema& random_schema() {
  static const Schema schema =
      describe<Retry>("io.kestra.core.models.tasks.retrys.Random")
          .property("minInterval", &Retry::min_interval, {.title = "Minimum wait time", .required = true})
          .property("maxInterval", &Retry::max_interval, {.title = "Maximum wait time", .required = true})
          .with(add_common)
          .check([](const Retry& retry, const syntax::NodePtr& node, BindContext& context) {
            must_be_less(retry.min_interval, retry.max_interval, "minInterval", "maxInterval", node, context);
            if (!retry.max_duration) return;
            must_be_less(retry.min_interval, *retry.max_duration, "minInterval", "maxDuration", node, context);
            must_be_less(retry.max_interval, *retry.max_duration, "maxInterval", "maxDuration", node, context);
          })
          .build();
  return schema;
}

constexpr Variant variants[] = {
    {"constant", constant_schema}, {"exponential", exponential_schema}, {"random", random_schema}};

}  // namespace

TypeInfo Binder<Retry>::type_info() { return variant_type_info("Retry", variants); }

void Binder<Retry>::bind(const syntax::NodePtr& node, Retry& target, BindContext& context) {
  const auto chosen = choose_variant(node, type_name(), variants, context);
  if (!chosen) return;
  target.type = static_cast<RetryType>(*chosen);
  variants[*chosen].schema().bind(node, &target, context);
}

}  // namespace gyr::model
