// Reads the changes of an execution and of its subflows while they happen.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "cli/follow/run_tree.h"
#include "cluster/change_hub.h"
#include "store/store.h"

namespace gyr::cli {

/// Subscribes to an execution before it exists and reads rows and log lines after each notification. Also follows the
/// executions that its tasks start. Used by one thread; notifications arrive on executor threads and only set a flag.
/// The hub and the reader must outlive this object.
class Follower {
 public:
  /// Limit of executions that are followed at the same time. Further children are not shown.
  static constexpr size_t max_executions = 200;

  /// `wake` is called on any thread when there is something to read. `log` gets every line once, with the name of its
  /// source.
  using LogSink = std::function<void(const model::LogEntry&, std::string_view who)>;
  Follower(executor::ChangeHub& hub, store::Reader& reader, std::string tenant, std::function<void()> wake,
           LogSink log);

  void follow(base::Id execution) { follow(execution, base::Id{}); }

  /// Reads what has changed; with `all`, everything that has not ended, in case a notification was missed.
  base::Result<void> look(bool all);
  /// True if something has ended since the last look(): the caller should not wait.
  bool urgent();
  /// Reads all lines that were not passed on yet, however late they came. Call at the end.
  base::Result<void> last_logs();

  /// The execution as last read; null until it exists.
  const store::ExecutionRow* execution(base::Id id) const;
  /// True if the execution has ended and its subflows have ended or are paused.
  bool finished(base::Id id) const;
  const RunTree& tree() const { return tree_; }

 private:
  /// Sequence numbers of a task run that were passed on already.
  struct Given {
    uint32_t all_up_to = 0;
    std::set<uint32_t> beyond;
    bool take(uint32_t sequence);
  };
  struct Followed {
    executor::ChangeHub::Subscription subscription;
    base::Id caller;  ///< task run that started it; none for the first
    std::optional<store::ExecutionRow> row;
    uint32_t next_position = 0;
    std::set<base::Id> unfinished;
    size_t restarts = 0;
    base::Instant last_line;
    std::unordered_map<base::Id, Given> given;
    bool ended = false;
  };
  struct Note {
    bool rows = false;
    bool ended = false;
  };

  void follow(base::Id execution, base::Id caller);
  void note(const executor::Change& change);
  base::Result<void> read_rows(base::Id id, Followed& followed);
  base::Result<void> read_runs(base::Id id, Followed& followed);
  base::Result<void> read_page(base::Id id, Followed& followed, uint32_t from);
  base::Result<void> read_logs(base::Id id, Followed& followed, std::optional<base::Instant> since);
  base::Result<void> follow_children(base::Id id);
  void take(base::Id id, Followed& followed, const store::TaskRunRow& row);
  std::string who(const model::LogEntry& entry, const Followed& followed) const;

  executor::ChangeHub& hub_;
  store::Reader& reader_;
  std::string tenant_;
  std::function<void()> wake_;
  LogSink log_;
  RunTree tree_;
  std::mutex mutex_;
  std::map<base::Id, Note> notes_;  // under mutex_
  std::map<base::Id, Followed>
      followed_;  // in order of creation; declared last, so that subscriptions end before the notes that they write
};

}  // namespace gyr::cli
