#include "cli/follow/follower.h"

namespace gyr::cli {

using model::State;

namespace {

constexpr size_t runs_a_page = 1'000;
constexpr uint32_t lines_a_page = 1'000;
/// Up to this many open runs are read one by one; more are read in pages.
constexpr size_t max_single_reads = 32;
/// A line needs some time from the worker to the store, so it may arrive after a later line.
constexpr base::Duration late_lines = base::Duration::of_seconds(10);

size_t restarts_of(const model::Execution& execution) {
  return static_cast<size_t>(
      std::ranges::count(execution.state.changes(), State::restarted, &model::StateChange::state));
}

}  // namespace

bool Follower::Given::take(uint32_t sequence) {
  if (sequence <= all_up_to || !beyond.insert(sequence).second) return false;
  while (!beyond.empty() && *beyond.begin() == all_up_to + 1) {
    beyond.erase(beyond.begin());
    ++all_up_to;
  }
  return true;
}

Follower::Follower(executor::ChangeHub& hub, store::Reader& reader, std::string tenant, std::function<void()> wake,
                   LogSink log)
    : hub_(hub), reader_(reader), tenant_(std::move(tenant)), wake_(std::move(wake)), log_(std::move(log)) {}

void Follower::follow(base::Id execution, base::Id caller) {
  if (followed_.contains(execution)) return;
  Followed& followed = followed_[execution];
  followed.caller = caller;
  followed.subscription = hub_.subscribe(execution, [this](const executor::Change& change) { note(change); });
}

void Follower::note(const executor::Change& change) {
  {
    std::lock_guard lock(mutex_);
    Note& note = notes_[change.execution];
    note.rows |= !change.logs_only;
    note.ended |= change.ended;
  }
  wake_();
}

bool Follower::urgent() {
  std::lock_guard lock(mutex_);
  return std::ranges::any_of(notes_, [](const auto& note) { return note.second.ended; });
}

base::Result<void> Follower::look(bool all) {
  std::map<base::Id, Note> notes;
  {
    std::lock_guard lock(mutex_);
    notes.swap(notes_);
  }
  if (all) {
    for (const auto& [id, followed] : followed_) {
      if (!followed.ended) notes[id].rows = true;
    }
  }
  // Children that are found on the way are read in the same call.
  while (!notes.empty()) {
    auto [id, note] = *notes.begin();
    notes.erase(notes.begin());
    auto found = followed_.find(id);
    if (found == followed_.end()) continue;
    if (note.rows) {
      size_t before = followed_.size();
      GYR_CHECK(read_rows(id, found->second));
      GYR_CHECK(follow_children(id));
      if (followed_.size() > before) {
        for (const auto& [other, followed] : followed_) {
          if (!followed.row && other != id) notes[other].rows = true;
        }
      }
    }
    // Read lines after rows, so that the labels of runs are known.
    GYR_CHECK(read_logs(id, found->second, found->second.last_line - late_lines));
  }
  return {};
}

base::Result<void> Follower::read_rows(base::Id id, Followed& followed) {
  GYR_TRY(auto row, reader_.execution(id));
  if (!row) return {};  // not there yet
  size_t restarts = restarts_of(row->execution);
  // A restart: runs that had ended start again.
  if (restarts != followed.restarts) followed.next_position = 0;
  followed.restarts = restarts;
  followed.ended = row->activity == store::Activity::ended;
  followed.row = std::move(row);
  return read_runs(id, followed);
}

void Follower::take(base::Id id, Followed& followed, const store::TaskRunRow& row) {
  tree_.put(row.run, id, row.position, followed.caller);
  followed.next_position = std::max(followed.next_position, row.position + 1);
  if (model::is_terminated(row.run.state.current())) {
    followed.unfinished.erase(row.run.id);
  } else {
    followed.unfinished.insert(row.run.id);
  }
}

base::Result<void> Follower::read_page(base::Id id, Followed& followed, uint32_t from) {
  for (;;) {
    GYR_TRY(auto rows, reader_.task_runs(id, from, runs_a_page));
    for (const store::TaskRunRow& row : rows) take(id, followed, row);
    if (rows.size() < runs_a_page) return {};
    from = rows.back().position + 1;
  }
}

base::Result<void> Follower::read_runs(base::Id id, Followed& followed) {
  std::vector<base::Id> open(followed.unfinished.begin(), followed.unfinished.end());
  if (open.size() > max_single_reads) {
    followed.unfinished.clear();
    return read_page(id, followed, 0);
  }
  for (base::Id run : open) {
    GYR_TRY(auto row, reader_.task_run(id, run));
    if (row) {
      take(id, followed, *row);
    } else {
      followed.unfinished.erase(run);
      tree_.remove(run);
    }
  }
  return read_page(id, followed, followed.next_position);
}

base::Result<void> Follower::follow_children(base::Id id) {
  GYR_TRY(auto children, reader_.children(id));
  for (base::Id child : children) {
    if (followed_.size() >= max_executions || followed_.contains(child)) continue;
    GYR_TRY(auto row, reader_.execution(child));
    if (row) follow(child, row->execution.caller_task_run);
  }
  return {};
}

base::Result<void> Follower::read_logs(base::Id id, Followed& followed, std::optional<base::Instant> since) {
  store::LogQuery query{store::Visible::internal("a command on the files of the installation")};
  query.tenant = tenant_;
  query.execution_id = id;
  query.paging.size = lines_a_page;
  if (since) query.timestamps.push_back({store::Operator::greater_or_equal, *since});
  store::LogCursor cursor;
  while (true) {
    GYR_TRY(auto lines, reader_.read_log(query, cursor));
    for (const model::LogEntry& entry : lines) {
      followed.last_line = std::max(followed.last_line, entry.timestamp);
      if (followed.given[entry.task_run_id].take(entry.sequence)) log_(entry, who(entry, followed));
    }
    if (lines.size() < lines_a_page) return {};
  }
}

base::Result<void> Follower::last_logs() {
  for (auto& [id, followed] : followed_) GYR_CHECK(read_logs(id, followed, std::nullopt));
  return {};
}

std::string Follower::who(const model::LogEntry& entry, const Followed& followed) const {
  std::string label = tree_.label_of(entry.task_run_id);
  if (label.empty()) label = entry.task_id;
  if (!followed.caller && !label.empty()) return label;
  const std::string& flow = entry.flow != nullptr ? entry.flow->id
                            : followed.row        ? followed.row->execution.flow->id
                                                  : label;
  return label.empty() ? flow : flow + "/" + label;
}

const store::ExecutionRow* Follower::execution(base::Id id) const {
  auto found = followed_.find(id);
  return found == followed_.end() || !found->second.row ? nullptr : &*found->second.row;
}

bool Follower::finished(base::Id id) const {
  auto first = followed_.find(id);
  if (first == followed_.end() || !first->second.ended) return false;
  return std::ranges::all_of(followed_, [](const auto& entry) {
    const Followed& followed = entry.second;
    return followed.ended || (followed.row && followed.row->execution.state.current() == State::paused);
  });
}

}  // namespace gyr::cli
