#include "web/history/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "model/labels.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

using model::State;

std::string text_of_state(State state) { return std::string(model::to_text(state)); }

json::HistoryEntry entry_of(base::Instant at, std::string_view kind, std::string text,
                            std::optional<json::HistoryCause> by) {
  return {.at = at,
          .kind = std::string(kind),
          .task_run_id = {},
          .task_id = {},
          .value = {},
          .from = {},
          .to = {},
          .text = std::move(text),
          .by = std::move(by)};
}

/// Who has started an execution.
json::HistoryCause starter_of(const model::Execution& execution) {
  if (execution.caller_execution)
    return {"task", execution.caller_task_run.to_text(), execution.caller_execution.to_text()};
  if (execution.trigger) return {"trigger", execution.trigger->id, execution.trigger->type};
  const std::string* user = model::find_label(execution.labels, "system.username");
  return {"person", {}, user != nullptr ? std::optional(*user) : std::nullopt};
}

json::HistoryEntry creation_of(const model::Execution& execution) {
  const base::Instant at = execution.state.started();
  const bool is_replay = execution.parent_id && execution.parent_id != execution.id;
  auto by = starter_of(execution);
  std::string text = is_replay ? fmt::format("created as a replay of {}", execution.parent_id.to_text())
                               : fmt::format("created with revision {} of the flow", execution.revision);
  if (by.type == "trigger") text += fmt::format(" by trigger {}", *by.id);
  if (by.type == "task") text += fmt::format(" by execution {}", *by.name);
  if (by.type == "person" && by.name) text += fmt::format(" by {}", *by.name);
  auto entry = entry_of(at, is_replay ? "replay" : "created", std::move(text), std::move(by));
  entry.to = text_of_state(State::created);
  return entry;
}

/// A change of the state of an execution or a task run.
json::HistoryEntry change_of(State from, const model::StateChange& change) {
  const State to = change.state;
  // An empty cause is not known: a person, a timer, an SLA or a limit can end a pause, kill and restart.
  const auto made = [&](std::string_view kind, std::string text, std::string_view by = "") {
    auto entry = entry_of(change.date, kind, std::move(text), {});
    if (!by.empty()) entry.by = {std::string(by), {}, {}};
    entry.from = text_of_state(from);
    entry.to = text_of_state(to);
    return entry;
  };
  const bool was_held = from == State::paused || from == State::breakpoint;
  if (was_held && to != State::killing && to != State::killed)
    return made("resume", fmt::format("resumed: is {}", model::to_text(to)));
  switch (to) {
    case State::queued: return made("queued", "waits for its turn: the concurrency limit is reached", "limit");
    case State::paused: return made("pause", "paused", "executor");
    case State::killing: return made("kill", "is being killed");
    case State::killed: return made("kill", "killed", "executor");
    case State::retrying: return made("retry", "failed and waits for its next attempt", "executor");
    case State::retried: return made("retry", "failed and was tried again", "executor");
    case State::breakpoint: return made("pause", "stopped at a breakpoint", "executor");
    case State::restarted: return made("replay", "restarted");
    default: break;
  }
  if (from == State::queued) return made("state", "its turn has come", "limit");
  return made("state", fmt::format("is {}", model::to_text(to)), "executor");
}

}  // namespace

std::string to_text(const HistoryPlace& place) {
  return fmt::format("{}_{}_{}_{}", place.at_us, place.source, place.attempt, place.change);
}

std::optional<HistoryPlace> parse_history_place(std::string_view text) {
  const auto parts = base::split(text, '_');
  HistoryPlace place;
  const bool is_valid = parts.size() == 4 && read_number(parts[0], place.at_us) &&
                        read_number(parts[1], place.source) && read_number(parts[2], place.attempt) &&
                        read_number(parts[3], place.change);
  return is_valid ? std::optional(place) : std::nullopt;
}

bool History::is_wanted(const HistoryPlace& place) const {
  if (after_ && place <= *after_) return false;
  return heap_.size() <= size_ || place < heap_.front().place;
}

void History::add(HistoryPlace place, json::HistoryEntry entry) {
  if (heap_.size() > size_) {
    std::ranges::pop_heap(heap_, {}, &Entry::place);
    heap_.pop_back();
  }
  heap_.push_back({place, std::move(entry)});
  std::ranges::push_heap(heap_, {}, &Entry::place);
}

void History::add(const model::Execution& execution) {
  const auto& changes = execution.state.changes();
  for (uint32_t i = 0; i < changes.size(); ++i) {
    const HistoryPlace place{changes[i].date.to_micros(), 0, 0, i};
    if (!is_wanted(place)) continue;
    add(place, i == 0 ? creation_of(execution) : change_of(changes[i - 1].state, changes[i]));
  }
}

void History::add(const store::TaskRunHead& head) {
  const model::TaskRun& run = head.run;
  const auto add_to_run = [&](const HistoryPlace& place, json::HistoryEntry entry) {
    entry.task_run_id = run.id.to_text();
    entry.task_id = run.task_id;
    entry.value = run.value;
    add(place, std::move(entry));
  };
  const uint64_t source = uint64_t{head.position} + 1;
  const auto& changes = run.state.changes();
  for (uint32_t i = 0; i < changes.size(); ++i) {
    const HistoryPlace place{changes[i].date.to_micros(), source, 0, i};
    if (!is_wanted(place)) continue;
    if (i > 0) {
      add_to_run(place, change_of(changes[i - 1].state, changes[i]));
      continue;
    }
    auto entry = entry_of(changes[i].date, "created", "the task begins", json::HistoryCause{"executor", {}, {}});
    entry.to = text_of_state(changes[i].state);
    add_to_run(place, std::move(entry));
  }
  for (uint32_t attempt = 0; attempt < run.attempts.size(); ++attempt) {
    const auto& tried = run.attempts[attempt];
    const auto& states = tried.state.changes();
    for (uint32_t i = 0; i < states.size(); ++i) {
      const HistoryPlace place{states[i].date.to_micros(), source, attempt + 1, i};
      if (!is_wanted(place)) continue;
      const auto id = tried.worker_id.empty() ? std::nullopt : std::optional(tried.worker_id);
      auto entry = entry_of(states[i].date, "attempt",
                            fmt::format("attempt {} is {}", attempt + 1, model::to_text(states[i].state)),
                            json::HistoryCause{"worker", id, {}});
      if (i > 0) entry.from = text_of_state(states[i - 1].state);
      entry.to = text_of_state(states[i].state);
      add_to_run(place, std::move(entry));
    }
  }
}

json::HistoryPage History::page() const {
  std::vector<Entry> sorted = heap_;
  std::ranges::sort(sorted, {}, &Entry::place);
  json::HistoryPage page;
  if (sorted.size() > size_) {
    sorted.pop_back();
    page.next = to_text(sorted.back().place);
  }
  for (Entry& entry : sorted) page.results.push_back(std::move(entry.shown));
  return page;
}

}  // namespace gyr::web
