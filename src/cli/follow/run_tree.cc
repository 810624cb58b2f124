#include "cli/follow/run_tree.h"

namespace gyr::cli {

using model::State;

std::pair<std::string_view, Paint> sign_of(State state) {
  switch (state) {
    case State::success: return {"✓", Paint::green};
    case State::warning: return {"!", Paint::yellow};
    case State::failed: return {"✗", Paint::red};
    case State::killed:
    case State::killing:
    case State::cancelled: return {"✗", Paint::magenta};
    case State::running:
    case State::submitted: return {"●", Paint::blue};
    case State::paused:
    case State::breakpoint: return {"‖", Paint::yellow};
    case State::retrying:
    case State::retried:
    case State::restarted:
    case State::resubmitted: return {"↻", Paint::yellow};
    case State::skipped: return {"–", Paint::dim};
    case State::created:
    case State::queued: break;
  }
  return {"○", Paint::dim};
}

std::string length_text(base::Duration length, bool whole_seconds) {
  if (length.is_negative()) length = {};
  int64_t ms = length.to_millis();
  int64_t seconds = length.seconds;
  if (seconds >= 3600) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  if (seconds >= 60) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (whole_seconds) return fmt::format("{} s", seconds);
  if (seconds >= 10) return fmt::format("{}.{} s", seconds, ms % 1000 / 100);
  if (seconds >= 1) return fmt::format("{}.{:02} s", seconds, ms % 1000 / 10);
  return fmt::format("{} ms", ms);
}

void RunTree::put(const model::TaskRun& run, base::Id execution, uint32_t position, base::Id caller) {
  ShownRun shown{
      .id = run.id, .parent = run.parent_id ? run.parent_id : caller, .execution = execution, .position = position};
  shown.label = run.value ? fmt::format("{} [{}]", run.task_id, *run.value) : run.task_id;
  shown.state = run.state.current();
  shown.created = run.state.started();
  for (const model::StateChange& change : run.state.changes()) {
    if (change.state == State::running) {
      shown.started = change.date;
      break;
    }
  }
  if (model::is_terminated(shown.state)) shown.ended = run.state.last_date();
  shown.attempts = run.attempts.size();
  auto known = runs_.find(run.id);
  if (known != runs_.end()) {
    unlink(known->second);
    known->second = std::move(shown);
  } else {
    known = runs_.emplace(run.id, std::move(shown)).first;
  }
  const ShownRun& kept = known->second;
  children_[kept.parent][{kept.execution, kept.position}] = kept.id;
  forget_if_many(run.id);
}

void RunTree::unlink(const ShownRun& run) {
  auto siblings = children_.find(run.parent);
  if (siblings == children_.end()) return;
  auto self = siblings->second.find({run.execution, run.position});
  if (self != siblings->second.end() && self->second == run.id) siblings->second.erase(self);
  if (siblings->second.empty()) children_.erase(siblings);
}

void RunTree::remove(base::Id run) {
  auto found = runs_.find(run);
  if (found == runs_.end()) return;
  unlink(found->second);
  runs_.erase(found);
}

void RunTree::forget_if_many(base::Id run) {
  if (runs_.size() <= max_runs) return;
  const ShownRun& shown = runs_.at(run);
  bool ended_well = shown.state == State::success || shown.state == State::skipped;
  if (!ended_well || children_.contains(run)) return;
  ++forgotten_;
  remove(run);
}

std::string RunTree::label_of(base::Id run) const {
  auto found = runs_.find(run);
  return found == runs_.end() ? std::string() : found->second.label;
}

std::vector<RunTree::Place> RunTree::in_order() const {
  std::vector<Place> places;
  places.reserve(runs_.size());
  // Iterative, because trees can be deep. Runs with an unknown parent are at the top level.
  std::vector<Place> stack;
  auto push_children = [&](base::Id parent, uint32_t depth) {
    auto children = children_.find(parent);
    if (children == children_.end()) return;
    for (auto child = children->second.rbegin(); child != children->second.rend(); ++child)
      stack.push_back({depth, &runs_.at(child->second)});
  };
  for (const auto& [parent, children] : children_) {
    if (parent && !runs_.contains(parent)) push_children(parent, 0);
  }
  push_children({}, 0);
  while (!stack.empty()) {
    Place place = stack.back();
    stack.pop_back();
    places.push_back(place);
    push_children(place.run->id, place.depth + 1);
  }
  return places;
}

namespace {

/// The order of importance if not all runs can be shown.
int importance(State state) {
  if (state == State::failed || state == State::killed) return 1;
  if (model::is_terminated(state)) return 3;
  return state == State::created ? 2 : 0;
}

StyledLine line_of(const ShownRun& run, uint32_t depth, size_t state_column, base::Instant now) {
  constexpr uint32_t deepest_indent = 12;
  auto [sign, paint] = sign_of(run.state);
  StyledLine line;
  line.add(std::string(1 + 2 * std::min(depth, deepest_indent), ' ')).add(paint, sign).add(" ").add(run.label);
  line.pad_to(state_column).add(paint, model::to_text(run.state));
  base::Instant from = run.started ? *run.started : run.created;
  if (run.ended) {
    line.pad_to(state_column + 10).add(Paint::dim, length_text(*run.ended - from));
  } else if (run.state != State::created) {
    line.pad_to(state_column + 10).add(Paint::dim, length_text(now - from, true));
  }
  if (run.attempts > 1) line.add(Paint::dim, fmt::format("  attempt {}", run.attempts));
  return line;
}

}  // namespace

std::vector<StyledLine> RunTree::lines(base::Instant now, size_t max_lines) const {
  std::vector<StyledLine> out;
  if (max_lines == 0) return out;
  std::vector<Place> places = in_order();
  bool all = places.size() <= max_lines && forgotten_ == 0;
  std::vector<bool> shown(places.size(), true);
  if (!all) {
    // One line counts the rest. Among equally important runs, show the newest.
    std::vector<size_t> by_importance(places.size());
    for (size_t i = 0; i < places.size(); ++i) by_importance[i] = i;
    std::ranges::sort(by_importance, [&](size_t a, size_t b) {
      int first = importance(places[a].run->state), second = importance(places[b].run->state);
      return first != second ? first < second : a > b;
    });
    for (size_t i = std::min(max_lines - 1, places.size()); i < places.size(); ++i) shown[by_importance[i]] = false;
  }
  size_t state_column = 0;
  constexpr size_t widest_label = 48;
  for (size_t i = 0; i < places.size(); ++i) {
    if (shown[i])
      state_column = std::max(state_column, 3 + 2 * places[i].depth + display_columns(places[i].run->label));
  }
  state_column = std::min(state_column, widest_label) + 2;
  std::map<std::string_view, size_t> rest;
  if (forgotten_ > 0) rest[model::to_text(State::success)] = forgotten_;
  for (size_t i = 0; i < places.size(); ++i) {
    if (shown[i]) {
      out.push_back(line_of(*places[i].run, places[i].depth, state_column, now));
    } else {
      ++rest[model::to_text(places[i].run->state)];
    }
  }
  if (!rest.empty()) {
    std::string text = " … and";
    for (const auto& [state, count] : rest) text += fmt::format(" {} {}", count, state);
    out.push_back(StyledLine().add(Paint::dim, text));
  }
  return out;
}

std::vector<std::string> RunTree::failed(size_t limit) const {
  std::vector<std::string> labels;
  for (const Place& place : in_order()) {
    if (place.run->state != State::failed || labels.size() >= limit) continue;
    auto children = children_.find(place.run->id);
    bool below = children != children_.end() && std::ranges::any_of(children->second, [&](const auto& child) {
                   return runs_.at(child.second).state == State::failed;
                 });
    if (!below) labels.push_back(place.run->label);
  }
  return labels;
}

}  // namespace gyr::cli
