#include "web/runs/run_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "web/http/errors.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

std::string_view name_of_order(RunOrder order) {
  switch (order) {
    case RunOrder::start: return "start";
    case RunOrder::duration: return "duration";
    case RunOrder::state: break;
  }
  return "state";
}

/// What needs attention comes first.
int64_t rank_of_state(model::State state) {
  switch (state) {
    case model::State::failed: return 0;
    case model::State::killed:
    case model::State::cancelled: return 1;
    case model::State::warning: return 2;
    case model::State::retried:
    case model::State::retrying: return 3;
    case model::State::success: return 6;
    case model::State::skipped: return 7;
    default: return model::is_terminated(state) ? 5 : 4;
  }
}

}  // namespace

std::string run_cursor(const RunSelection& selection, RunPlace place) {
  return fmt::format("{}_{}_{}_{}", name_of_order(selection.order), selection.now.to_micros(), place.rank,
                     place.position);
}

base::Result<void> read_run_cursor(std::string_view cursor, RunSelection& selection) {
  const auto parts = base::split(cursor, '_');
  RunPlace place;
  int64_t now = 0;
  if (parts.size() != 4 || parts[0] != name_of_order(selection.order) || !read_number(parts[1], now) ||
      !read_number(parts[2], place.rank) || !read_number(parts[3], place.position)) {
    return base::fail(bad_argument, "after: must be `next` of the previous page in the same order");
  }
  selection.now = base::Instant::of_micros(now);
  selection.after = place;
  return {};
}

RunList::RunList(RunSelection selection)
    : selection_(std::move(selection)), text_(base::to_lower_ascii(selection_.text)) {}

bool RunList::matches(const model::TaskRun& run) const {
  if (!selection_.every_level && run.parent_id != selection_.parent) return false;
  if (!selection_.task_id.empty() && run.task_id != selection_.task_id) return false;
  if (!selection_.value.empty() && run.value != selection_.value) return false;
  if (text_.empty()) return true;
  const auto has_text = [this](std::string_view text) {
    return base::to_lower_ascii(text).find(text_) != std::string::npos;
  };
  return has_text(run.task_id) || (run.value && has_text(*run.value)) || has_text(run.id.to_text());
}

int64_t RunList::rank_of(const model::TaskRun& run) const {
  const auto start = run.state.started();
  switch (selection_.order) {
    case RunOrder::start: return start.to_micros();
    case RunOrder::duration: {
      const auto end = model::is_terminated(run.state.current()) ? run.state.last_date() : selection_.now;
      return -(end - start).to_micros();
    }
    case RunOrder::state: break;
  }
  return rank_of_state(run.state.current());
}

void RunList::add(const store::TaskRunHead& head) {
  const model::TaskRun& run = head.run;
  const auto state = static_cast<size_t>(run.state.current());
  if (const auto parent = children_.find(run.parent_id); parent != children_.end()) parent->second[state] += 1;
  if (!matches(run)) return;
  by_state_[state] += 1;
  if (!selection_.states.empty() &&
      std::ranges::find(selection_.states, run.state.current()) == selection_.states.end())
    return;
  total_ += 1;
  const RunPlace place{rank_of(run), head.position};
  if (selection_.after && place <= *selection_.after) return;
  const bool full = heap_.size() > selection_.size;
  if (full && heap_.front().place < place) return;
  if (full) {
    std::ranges::pop_heap(heap_, {}, &Entry::place);
    children_.erase(heap_.back().head.run.id);
    heap_.pop_back();
  }
  children_.try_emplace(run.id);  // its children come later: they are created by it
  heap_.push_back({place, head});
  std::ranges::push_heap(heap_, {}, &Entry::place);
}

std::vector<store::TaskRunHead> RunList::page() const {
  std::vector<Entry> sorted = heap_;
  std::ranges::sort(sorted, {}, &Entry::place);
  if (sorted.size() > selection_.size) sorted.pop_back();
  std::vector<store::TaskRunHead> heads;
  for (auto& entry : sorted) heads.push_back(std::move(entry.head));
  return heads;
}

std::optional<std::string> RunList::next() const {
  if (heap_.size() <= selection_.size) return std::nullopt;
  RunPlace last;
  bool first = true;
  for (const Entry& entry : heap_) {
    if (&entry == &heap_.front()) continue;  // the one after the page
    if (std::exchange(first, false) || last < entry.place) last = entry.place;
  }
  return run_cursor(selection_, last);
}

const RunList::Counts* RunList::children_of(base::Id run) const {
  const auto found = children_.find(run);
  if (found == children_.end() || std::ranges::all_of(found->second, [](uint64_t n) { return n == 0; })) return nullptr;
  return &found->second;
}

}  // namespace gyr::web
