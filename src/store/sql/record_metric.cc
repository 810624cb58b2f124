// The record of a metric.
#include <algorithm>

#include "base/record.h"
#include "model/record_fields.h"
#include "store/sql/record.h"

namespace gyr::store {
namespace {

/// What is no column.
template <class Visitor, class Metric>
void metric_fields(Visitor& visit, Metric& metric) {
  visit(1, metric.task_id);
  visit(2, metric.task_run_id);
  visit(3, metric.attempt);
  visit(4, metric.type);
  visit(5, metric.name);
  visit(6, metric.value);
  visit(7, metric.timestamp);
  visit(8, metric.tags);
}

}  // namespace

std::string encode_metric(const model::MetricEntry& metric) {
  std::string record;
  base::RecordWriter writer(record);
  metric_fields(writer, metric);
  return record;
}

base::Result<void> decode_metric(std::string_view record, model::MetricEntry& metric) {
  base::RecordReader reader(record);
  metric_fields(reader, metric);
  return reader.finish();
}

ContentHash metric_key(const model::MetricEntry& metric) {
  std::string identity;
  base::Encoder encoder(identity);
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
