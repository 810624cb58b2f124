#include "dispatch/task_meters.h"

#include <algorithm>
#include <cmath>

namespace gyr::executor {

namespace {

/// Converts names to the characters of Prometheus, so that distinct names stay distinct. Dots separate words.
std::string plain_name(std::string_view name, bool dots) {
  std::string out;
  out.reserve(name.size());
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (dots && c == '.');
    out += plain ? c : '_';
  }
  if (!dots && (out.empty() || (out[0] >= '0' && out[0] <= '9'))) out.insert(out.begin(), '_');
  return out;
}

/// The exposed names of a meter.
std::vector<std::string> exposed_names(std::string_view name, model::MetricType type) {
  const std::string plain = plain_name(name, false);
  if (type == model::MetricType::gauge) return {plain};
  if (type == model::MetricType::counter) return {plain + "_total"};
  return {plain + "_seconds", plain + "_seconds_count", plain + "_seconds_sum", plain + "_seconds_max"};
}

TaskMeters::Tags tags_of(std::string_view task_type, const model::MetricEntry& metric) {
  TaskMeters::Tags tags = {{"flow_id", metric.flow->id},
                           {"namespace_id", metric.flow->namespace_},
                           {"task_type", std::string(task_type)},
                           {"tenant_id", metric.flow->tenant}};
  const size_t own = tags.size();
  if (!metric.tags.is_map()) return tags;
  for (const auto& entry : metric.tags.entries()) {
    std::string name = plain_name(entry.name(), false);
    if (std::ranges::find(tags, name, &std::pair<std::string, std::string>::first) != tags.end()) continue;
    tags.emplace_back(std::move(name), entry.value.is_string() ? std::string(entry.value.text()) : "");
  }
  std::sort(tags.begin() + static_cast<std::ptrdiff_t>(own), tags.end());
  return tags;
}

}  // namespace

std::string meter_prefix(std::string_view task_type) {
  const size_t name = task_type.rfind('.') + 1;  // 0 where there is no dot
  std::string out(task_type.substr(0, name));
  for (size_t i = name; i < task_type.size(); ++i) {
    const char c = task_type[i];
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && i > name) out += '_';
    out += upper ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return out;
}

TaskMeters::Family* TaskMeters::family_of(const std::string& name, model::MetricType type) {
  if (auto found = families_.find(name); found != families_.end())
    return found->second.type == type ? &found->second : nullptr;
  const auto names = exposed_names(name, type);
  if (std::ranges::any_of(names, [this](const auto& one) { return exposed_.contains(one); })) return nullptr;
  exposed_.insert(names.begin(), names.end());
  return &families_.emplace(name, Family{type, {}}).first->second;
}

void TaskMeters::add(std::string_view task_type, const model::MetricEntry& metric) {
  size_t length = metric.name.size();
  if (metric.tags.is_map()) {
    for (const auto& entry : metric.tags.entries())
      length += entry.name().size() + (entry.value.is_string() ? entry.value.text().size() : 0);
  }
  const bool falls = metric.type == model::MetricType::counter && metric.value < 0;  // a counter only grows
  if (length > max_series_bytes || !std::isfinite(metric.value) || falls || metric.flow == nullptr) {
    std::lock_guard lock(mutex_);
    dropped_ += 1;
    return;
  }
  const std::string name = meter_prefix(task_type) + "." + plain_name(metric.name, true);
  Tags tags = tags_of(task_type, metric);
  std::lock_guard lock(mutex_);
  const bool full = series_ >= max_series;
  Family* family = full && !families_.contains(name) ? nullptr : family_of(name, metric.type);
  if (family == nullptr || (full && !family->series.contains(tags))) {
    dropped_ += 1;
    return;
  }
  auto [place, is_new] = family->series.try_emplace(std::move(tags));
  if (is_new) series_ += 1;
  Series& series = place->second;
  if (metric.type == model::MetricType::timer) {
    series.value += 1;
    series.total += metric.value;
    series.longest = std::max(series.longest, metric.value);
  } else {
    series.value = metric.type == model::MetricType::gauge ? metric.value : series.value + metric.value;
  }
}

std::vector<TaskMeters::Meter> TaskMeters::all() const {
  std::lock_guard lock(mutex_);
  std::vector<Meter> meters;
  meters.reserve(families_.size());
  for (const auto& [name, family] : families_) {
    Meter meter{name, family.type, {}};
    for (const auto& [tags, series] : family.series) {
      meter.series.push_back(series);
      meter.series.back().tags = tags;
    }
    meters.push_back(std::move(meter));
  }
  return meters;
}

uint64_t TaskMeters::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace gyr::executor
