#include "model/execution.h"

#include <array>

#include "base/hash.h"

namespace gyr::model {

namespace {

constexpr std::array<std::string_view, 4> kind_names = {"NORMAL", "TEST", "PLAYGROUND", "LOOP"};
constexpr std::array<std::string_view, 5> level_names = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
constexpr std::array<std::string_view, 3> metric_names = {"counter", "timer", "gauge"};

template <class E, size_t n>
std::optional<E> parse_name(const std::array<std::string_view, n>& names, std::string_view text) {
  for (size_t i = 0; i < n; ++i) {
    if (names[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace

uint16_t slot_of(const FlowKey& flow) {
  // Each part ends with a byte that none of them holds. Stored on rows: never change it.
  uint64_t hash = base::fnv1a_start;
  for (const std::string* part : {&flow.tenant, &flow.namespace_, &flow.id})
    hash = base::fnv1a("\xFF", base::fnv1a(*part, hash));
  hash ^= hash >> 33;
  hash *= 0xFF51'AFD7'ED55'8CCDULL;
  hash ^= hash >> 33;
  return static_cast<uint16_t>(hash % slot_count);
}

base::Id make_execution_id(const FlowKey& flow, base::Instant now) {
  return base::make_id(now).with_slot(slot_of(flow));
}

std::string_view to_text(ExecutionKind kind) { return kind_names[static_cast<size_t>(kind)]; }
std::optional<ExecutionKind> parse_execution_kind(std::string_view text) {
  return parse_name<ExecutionKind>(kind_names, text);
}

std::string_view to_text(LogLevel level) { return level_names[static_cast<size_t>(level)]; }
std::optional<LogLevel> parse_log_level(std::string_view text) { return parse_name<LogLevel>(level_names, text); }

std::string_view to_text(MetricType type) { return metric_names[static_cast<size_t>(type)]; }
std::optional<MetricType> parse_metric_type(std::string_view text) {
  return parse_name<MetricType>(metric_names, text);
}

}  // namespace gyr::model
