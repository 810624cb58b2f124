#include "engine/trigger/window_state.h"

#include <algorithm>

#include "base/codec.h"

namespace gyr::engine {
namespace {

constexpr uint8_t record_version = 1;

}  // namespace

std::string WindowState::encode() const {
  std::string record;
  base::Encoder encoder(record);
  encoder.byte(record_version);
  encoder.varint(met_.size());
  for (const Met& met : met_) {
    encoder.bytes(met.condition);
    encoder.instant(met.at);
  }
  encoder.varint(contributions_.size());
  for (const Contribution& contribution : contributions_) {
    encoder.id(contribution.execution);
    encoder.instant(contribution.at);
    encoder.value(contribution.outputs);
  }
  return record;
}

base::Result<WindowState> WindowState::decode(std::string_view record) {
  base::Decoder decoder(record);
  WindowState state;
  if (decoder.byte() != record_version) decoder.set_damaged();
  state.met_.resize(decoder.count(2));
  for (Met& met : state.met_) {
    met.condition = decoder.bytes();
    met.at = decoder.instant();
  }
  state.contributions_.resize(decoder.count(16));
  for (Contribution& contribution : state.contributions_) {
    contribution.execution = decoder.id();
    contribution.at = decoder.instant();
    contribution.outputs = decoder.value();
  }
  if (!decoder.at_end()) decoder.set_damaged();
  GYR_CHECK(decoder.finish());
  return state;
}

base::Instant WindowState::latest() const {
  base::Instant latest;
  for (const Met& met : met_) latest = std::max(latest, met.at);
  return latest;
}

void WindowState::note(const WindowRule& rule, base::Id execution, base::Instant at,
                       std::span<const std::string> conditions, const base::Value& outputs) {
  for (const std::string& condition : conditions) {
    const auto found = std::ranges::find(met_, condition, &Met::condition);
    if (found == met_.end()) {
      met_.push_back({condition, at});
    } else {
      found->at = std::max(found->at, at);
    }
  }
  if (!conditions.empty()) {
    std::erase_if(contributions_, [execution](const Contribution& known) { return known.execution == execution; });
    const auto place = std::ranges::upper_bound(contributions_, at, {}, &Contribution::at);
    contributions_.insert(place, {execution, at, outputs.is_map() ? outputs : base::Value::empty_map()});
  }
  // Events can arrive slightly out of order: the newest one counts.
  if (rule.type == plugin::TimeWindowType::sliding_window) forget_before(std::max(at, latest()) - rule.length);
  bound();
}

void WindowState::forget_before(base::Instant moment) {
  std::erase_if(met_, [moment](const Met& met) { return met.at <= moment; });
  std::erase_if(contributions_, [moment](const Contribution& known) { return known.at <= moment; });
}

void WindowState::bound() {
  while (contributions_.size() > max_contributions) {
    contributions_[1].outputs = base::deep_merge(contributions_[0].outputs, contributions_[1].outputs);
    contributions_.erase(contributions_.begin());
  }
  uint64_t bytes = 0;
  for (size_t i = contributions_.size(); i > 0; --i) {
    bytes += contributions_[i - 1].outputs.weight();
    if (bytes > max_contributed_bytes && i < contributions_.size()) {
      contributions_.erase(contributions_.begin(), contributions_.begin() + static_cast<ptrdiff_t>(i));
      return;
    }
  }
}

size_t WindowState::count_met(std::span<const std::string> conditions) const {
  return static_cast<size_t>(std::ranges::count_if(conditions, [this](const std::string& condition) {
    return std::ranges::find(met_, condition, &Met::condition) != met_.end();
  }));
}

base::Value WindowState::outputs() const {
  base::Value merged = base::Value::empty_map();
  for (const Contribution& contribution : contributions_) {
    if (contribution.outputs.is_map()) merged = base::deep_merge(merged, contribution.outputs);
  }
  return merged;
}

}  // namespace gyr::engine
