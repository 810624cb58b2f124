#include <algorithm>

#include "store/record_fields.h"

namespace gyr::store {

std::string encode_metric(const model::MetricEntry& metric) {
  std::string out;
  Encoder encoder(out);
  encoder.byte(record_version);
  encoder.bytes(metric.task_id);
  encoder.id(metric.task_run_id);
  encoder.integer(metric.attempt);
  encoder.byte(static_cast<uint8_t>(metric.type));
  encoder.bytes(metric.name);
  encoder.number(metric.value);
  encoder.instant(metric.timestamp);
  encoder.value(metric.tags);
  return out;
}

base::Result<void> decode_metric(std::string_view bytes, model::MetricEntry& metric) {
  Decoder decoder(bytes);
  if (decoder.byte() != record_version) decoder.set_damaged();
  metric.task_id = decoder.bytes();
  metric.task_run_id = decoder.id();
  metric.attempt = static_cast<int32_t>(decoder.integer());
  uint8_t type = decoder.byte();
  if (type > static_cast<uint8_t>(model::MetricType::gauge)) decoder.set_damaged();
  metric.type = static_cast<model::MetricType>(type);
  metric.name = decoder.bytes();
  metric.value = decoder.number();
  metric.timestamp = decoder.instant();
  metric.tags = decoder.value();
  return decoder.finish();
}

ContentHash metric_key(const model::MetricEntry& metric) {
  std::string identity;
  Encoder encoder(identity);
  encoder.id(metric.task_run_id);
  encoder.bytes(metric.task_id);
  encoder.integer(metric.attempt);
  encoder.byte(static_cast<uint8_t>(metric.type));
  encoder.bytes(metric.name);
  // Maps are equal in any order; their keys are not many.
  std::vector<std::pair<std::string_view, const base::Value*>> tags;
  if (metric.tags.is_map()) {
    for (const auto& entry : metric.tags.entries()) tags.emplace_back(entry.name(), &entry.value);
  }
  std::sort(tags.begin(), tags.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [key, value] : tags) {
    encoder.bytes(key);
    encoder.value(*value);
  }
  return content_hash(identity);
}

}  // namespace gyr::store
