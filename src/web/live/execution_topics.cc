#include "web/live/execution_topics.h"

#include <algorithm>
#include <tuple>

#include "base/clock.h"
#include "web/executions/values.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/limits.h"
#include "web/log_view/log_views.h"
#include "web/runs/run_rows.h"

namespace gyr::web {
namespace {

/// Clocks of servers differ: what changed this long before a revision is sent again.
constexpr base::Duration live_lateness = base::Duration::of_seconds(10);
/// The lines of one frame, and of one look.
constexpr size_t lines_a_frame = 500;
constexpr size_t lines_a_look = 5'000;
/// What a resumed stream can need of its past.
constexpr size_t kept_log_places = 2'000;

/// The row of an execution of this tenant; nothing if there is none that the caller may see.
base::Result<std::optional<store::ExecutionRow>> own_execution(store::Reader& reader, const store::Visible& visible,
                                                               const std::string& tenant, base::Id id) {
  GYR_TRY(auto row, reader.execution(id));
  if (row && (row->execution.flow->tenant != tenant || !visible.covers(row->execution.flow->namespace_))) row.reset();
  return row;
}

/// A topic about one execution.
class OneExecution : public LiveTopic {
 public:
  OneExecution(std::string name, std::string tenant, base::Id execution, bool wants_logs)
      : LiveTopic(std::move(name)), tenant_(std::move(tenant)), execution_(execution), wants_logs_(wants_logs) {
    changes()->note_all();
  }
  executor::ChangeHub::Subscription watch(executor::ChangeHub& hub, std::function<void()> noted) override {
    return hub.subscribe(execution_, [changes = changes(), noted = std::move(noted),
                                      wants_logs = wants_logs_](const executor::Change& change) {
      if (change.logs_only && !wants_logs) return;
      changes->note(change);
      noted();
    });
  }

 protected:
  const std::string tenant_;
  const base::Id execution_;

 private:
  const bool wants_logs_;
};

class ExecutionTopic final : public OneExecution {
 public:
  ExecutionTopic(std::string name, std::string tenant, base::Id execution)
      : OneExecution(std::move(name), std::move(tenant), execution, false) {}

  base::Task<base::Result<void>> look(LiveLook& look, LiveChanges::Taken) override {
    GYR_CO_TRY(auto row, co_await read<std::optional<store::ExecutionRow>>(
                             &look.services().store, &look.loop(),
                             [visible = look.visible(may_see_executions), tenant = tenant_, id = execution_](
                                 store::Reader& reader) { return own_execution(reader, visible, tenant, id); }));
    set_revision(look.revision());
    if (!row) {
      look.add(name(), look.revision(), fmt::format(R"("gone":["{}"])", execution_.to_text()));
      co_return base::Result<void>();
    }
    const std::string patch = to_json(json::Execution{
        .execution = &row->execution, .now = look.services().clock.now(), .max_value = event_value_bytes});
    const bool ended = row->activity == store::Activity::ended;
    look.add(name(), look.revision(), fmt::format(R"("patch":{}{})", patch, ended ? R"(,"end":true)" : ""));
    co_return base::Result<void>();
  }
  void resume(int64_t) override { changes()->note_all(); }
};

class RunsTopic final : public OneExecution {
 public:
  RunsTopic(std::string name, std::string tenant, base::Id execution, base::Id parent, std::optional<int64_t> since)
      : OneExecution(std::move(name), std::move(tenant), execution, false), parent_(parent), since_(since) {}

  base::Task<base::Result<void>> look(LiveLook& look, LiveChanges::Taken) override {
    using Found = std::optional<Level>;
    GYR_CO_TRY(Found found,
               co_await read<Found>(&look.services().store, &look.loop(),
                                    [this, visible = look.visible(may_see_executions), flows = &look.services().flows](
                                        store::Reader& reader) { return read_level(reader, visible, *flows); }));
    set_revision(look.revision());
    if (!found) {
      look.add(name(), look.revision(), fmt::format(R"("gone":["{}"])", execution_.to_text()));
      co_return base::Result<void>();
    }
    since_ = look.revision();
    if (found->overflow) {
      look.add_overflow(name(), look.revision());
      co_return base::Result<void>();
    }
    told_ = std::move(found->told);
    if (found->rows.empty() && !found->ended) co_return base::Result<void>();
    std::string content = R"("rows":)";
    append_json(content, found->rows);
    content += fmt::format(R"(,"total":{},"byState":)", found->total);
    append_json(content, found->by_state);
    if (found->ended) content += R"(,"end":true)";
    look.add(name(), look.revision(), content);
    co_return base::Result<void>();
  }
  void resume(int64_t last_frame) override {
    since_ = last_frame;
    told_.clear();
    changes()->note_all();
  }

 private:
  struct Level {
    std::vector<json::RunRow> rows;
    std::unordered_map<base::Id, uint64_t> told;
    CountsByState by_state;
    uint64_t total = 0;
    bool ended = false;
    bool overflow = false;
  };

  /// Changes with everything that a row shows.
  static uint64_t mark_of(const store::TaskRunHead& head, const RunList::Counts* children) {
    uint64_t mark = head.run.state.changes().size() * 2 + (head.has_outputs ? 1 : 0);
    for (const auto& attempt : head.run.attempts) mark = mark * 31 + attempt.state.changes().size();
    if (children == nullptr) return mark;
    for (const uint64_t count : *children) mark = mark * 1'000'003 + count;
    return mark;
  }

  /// Runs on a thread of the store, while the topic waits for it.
  base::Result<std::optional<Level>> read_level(store::Reader& reader, const store::Visible& visible,
                                                executor::FlowCache& flows) const {
    GYR_TRY(const auto execution, own_execution(reader, visible, tenant_, execution_));
    if (!execution) return std::optional<Level>();
    GYR_TRY(const auto heads, reader.task_run_heads(execution_, 0, heads_a_read));
    Level level;
    level.ended = execution->activity == store::Activity::ended;
    level.overflow = heads.size() == heads_a_read;
    if (level.overflow) return std::optional(std::move(level));
    RunList list({.parent = parent_, .size = heads_a_read});
    for (const auto& head : heads) list.add(head);
    level.total = list.total();
    level.by_state = counts_by_state(list.by_state());
    std::vector<store::TaskRunHead> changed;
    for (auto& head : list.page()) {
      const uint64_t mark = mark_of(head, list.children_of(head.run.id));
      level.told[head.run.id] = mark;
      const auto before = told_.find(head.run.id);
      if (before != told_.end() && before->second == mark) continue;
      const bool is_known = told_.empty() && since_ &&
                            head.run.state.last_date() < base::Instant::of_micros(*since_) - live_lateness &&
                            list.children_of(head.run.id) == nullptr;
      if (!is_known) changed.push_back(std::move(head));
    }
    level.overflow = changed.size() > max_runs_a_page;
    if (level.overflow) return std::optional(std::move(level));
    GYR_TRY(level.rows, run_rows(reader, visible, flows, *execution, changed));
    for (json::RunRow& row : level.rows) {
      const auto* children = list.children_of(*base::Id::parse(row.id));
      if (children != nullptr) row.children = children_json(*children);
    }
    return std::optional(std::move(level));
  }

  const base::Id parent_;
  std::optional<int64_t> since_;
  std::unordered_map<base::Id, uint64_t> told_;
};

class LogTopic final : public OneExecution {
 public:
  LogTopic(std::string name, std::string tenant, base::Id execution, LogLineFilter filter, int64_t since)
      : OneExecution(std::move(name), std::move(tenant), execution, true), filter_(std::move(filter)), next_(since) {
    set_revision(since);
  }
  bool is_numbered() const override { return true; }

  base::Task<base::Result<void>> look(LiveLook& look, LiveChanges::Taken) override {
    const store::Visible visible = look.visible(may_see_executions);
    // One that is not there can begin in a moment; one that may not be seen has no lines for this caller.
    GYR_CO_TRY(const auto seen, co_await read<std::optional<store::ExecutionRow>>(
                                    &look.services().store, &look.loop(),
                                    [visible, tenant = tenant_, id = execution_](store::Reader& reader) {
                                      return own_execution(reader, visible, tenant, id);
                                    }));
    if (!seen) co_return base::Result<void>();
    auto index = look.core().log_indexes->of(tenant_, execution_);
    GYR_CO_CHECK(co_await extend_to_end(&look.services().store, &look.loop(), index, visible));
    if (std::exchange(has_lost_, false)) look.add_overflow(name(), next_);
    if (static_cast<size_t>(next_) > index->size()) begin_again(look);  // lines were deleted
    for (size_t sent = 0; sent < lines_a_look;) {
      using Part = std::optional<std::pair<std::vector<json::LogWindowLine>, int64_t>>;
      GYR_CO_TRY(Part part, co_await read<Part>(&look.services().store, &look.loop(), [=, this](store::Reader& reader) {
                   return read_part(reader, visible, *index);
                 }));
      if (!part) {  // deleted meanwhile
        begin_again(look);
        changes()->note_all();
        co_return base::Result<void>();
      }
      auto& [lines, next] = *part;
      next_ = next;
      set_revision(next_);
      if (lines.empty()) co_return base::Result<void>();
      sent += lines.size();
      // A frame has at most a megabyte, whatever the length of the lines.
      std::string content;
      for (size_t i = 0; i < lines.size(); ++i) {
        std::string line;
        append_json(line, lines[i]);
        if (!content.empty() && content.size() + line.size() > event_bytes / 2) {
          look.add(name(), lines[i - 1].n, fmt::format(R"("lines":[{}])", std::exchange(content, {})));
          places_.emplace_back(look.last_number(), lines[i - 1].n);
        }
        if (!content.empty()) content += ',';
        content += line;
      }
      look.add(name(), next_, fmt::format(R"("lines":[{}])", content));
      places_.emplace_back(look.last_number(), next_);
      while (places_.size() > kept_log_places) {
        std::tie(forgotten_, first_) = places_.front();
        places_.pop_front();
      }
    }
    changes()->note_all();  // the rest comes with the next look
    co_return base::Result<void>();
  }
  void resume(int64_t last_frame) override {
    changes()->note_all();
    has_lost_ = last_frame < forgotten_;
    if (has_lost_) return;
    next_ = first_;  // then the lines behind the last frame that arrived
    for (const auto& [number, place] : places_) {
      if (number <= last_frame) next_ = place;
    }
  }

 private:
  /// Lines were deleted, and the rest has other numbers: the page asks once, and all that it named is forgotten.
  void begin_again(LiveLook& look) {
    next_ = first_ = 0;
    places_.clear();
    look.add_overflow(name(), 0);
    forgotten_ = look.last_number();
  }

  /// The next lines and the place behind them; nothing if one of them does not exist any more: the index begins again.
  base::Result<std::optional<std::pair<std::vector<json::LogWindowLine>, int64_t>>> read_part(
      store::Reader& reader, const store::Visible& visible, LogIndex& index) const {
    std::vector<NumberedLine> wanted;
    int64_t next = next_;
    {
      const LogIndex::View view(index, filter_, nullptr);
      for (; static_cast<size_t>(next) < view.lines().size() && wanted.size() < lines_a_frame; ++next) {
        const auto position = static_cast<size_t>(next);
        if (view.accepts(view.lines()[position])) wanted.push_back(numbered_line(view, position));
      }
    }
    GYR_TRY(auto lines, read_lines(reader, visible, tenant_, execution_, wanted));
    if (!lines) {
      index.reset();
      return std::optional<std::pair<std::vector<json::LogWindowLine>, int64_t>>();
    }
    return std::optional(std::pair(*std::move(lines), next));
  }

  const LogLineFilter filter_;
  int64_t next_;                                    // lines up to this number were sent
  std::deque<std::pair<int64_t, int64_t>> places_;  // the number of a frame, and `next_` after it
  int64_t first_ = next_;                           // `next_` before these frames
  int64_t forgotten_ = 0;                           // the number of the last frame that is not in `places_` any more
  bool has_lost_ = false;                           // the browser has lost frames that are forgotten
};

}  // namespace

std::shared_ptr<LiveTopic> make_execution_topic(std::string name, std::string tenant, base::Id execution) {
  return std::make_shared<ExecutionTopic>(std::move(name), std::move(tenant), execution);
}
std::shared_ptr<LiveTopic> make_runs_topic(std::string name, std::string tenant, base::Id execution, base::Id parent,
                                           std::optional<int64_t> since) {
  return std::make_shared<RunsTopic>(std::move(name), std::move(tenant), execution, parent, since);
}
std::shared_ptr<LiveTopic> make_log_topic(std::string name, std::string tenant, base::Id execution,
                                          LogLineFilter filter, int64_t since) {
  return std::make_shared<LogTopic>(std::move(name), std::move(tenant), execution, std::move(filter), since);
}

}  // namespace gyr::web
