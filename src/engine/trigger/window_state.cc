#include "engine/trigger/window_state.h"

#include <algorithm>

#include "base/record.h"

namespace gyr::engine {

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, MetCondition>& met) {
  visit(1, met.condition);
  visit(2, met.at);
}

template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, WindowContribution>& contribution) {
  visit(1, contribution.execution);
  visit(2, contribution.at);
  visit(3, contribution.outputs);
}

template <class Visitor, class State>
void WindowState::visit_fields(Visitor& visit, State& state) {
  visit(1, state.met_);
  visit(2, state.contributions_);
  visit.unknown(state.unknown_fields_);
}

std::string WindowState::encode() const {
  std::string record;
  base::RecordWriter writer(record);
  visit_fields(writer, *this);
  return record;
}

base::Result<WindowState> WindowState::decode(std::string_view record) {
  base::RecordReader reader(record);
  WindowState state;
  visit_fields(reader, state);
  GYR_CHECK(reader.finish());
  return state;
}

base::Instant WindowState::latest() const {
  base::Instant latest;
  for (const MetCondition& met : met_) latest = std::max(latest, met.at);
  return latest;
}

void WindowState::note(const WindowRule& rule, base::Id execution, base::Instant at,
                       std::span<const std::string> conditions, const base::Value& outputs) {
  for (const std::string& condition : conditions) {
    const auto found = std::ranges::find(met_, condition, &MetCondition::condition);
    if (found == met_.end()) {
      met_.push_back({condition, at});
    } else {
      found->at = std::max(found->at, at);
    }
  }
  if (!conditions.empty()) {
    std::erase_if(contributions_,
                  [execution](const WindowContribution& known) { return known.execution == execution; });
    const auto place = std::ranges::upper_bound(contributions_, at, {}, &WindowContribution::at);
    contributions_.insert(place, {execution, at, outputs.is_map() ? outputs : base::Value::empty_map()});
  }
  // Events can arrive slightly out of order: the newest one counts.
  if (rule.type == plugin::TimeWindowType::sliding_window) forget_before(std::max(at, latest()) - rule.length);
  bound();
}

void WindowState::forget_before(base::Instant moment) {
  std::erase_if(met_, [moment](const MetCondition& met) { return met.at <= moment; });
  std::erase_if(contributions_, [moment](const WindowContribution& known) { return known.at <= moment; });
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
    return std::ranges::find(met_, condition, &MetCondition::condition) != met_.end();
  }));
}

base::Value WindowState::outputs() const {
  base::Value merged = base::Value::empty_map();
  for (const WindowContribution& contribution : contributions_) {
    if (contribution.outputs.is_map()) merged = base::deep_merge(merged, contribution.outputs);
  }
  return merged;
}

}  // namespace gyr::engine
