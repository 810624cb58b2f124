// Reads what happens to an execution and to those it starts, as it happens.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "cli/follow/run_tree.h"
#include "executor/change_hub.h"
#include "store/store.h"

namespace gyr::cli {

/// Subscribes to an execution before it exists and reads rows and log lines after each notification. Executions that
/// its tasks start are followed as well. One thread, but for the notifications, which come on executor threads and only
/// leave a note. The hub and the reader outlive it.
class Follower {
 public:
  /// Executions followed at a time: further children run unseen.
  static constexpr size_t max_executions = 200;

  /// `wake` runs on any thread when there is something to read. `log` gets every line once, with the words that say
  /// whose it is.
  using LogSink = std::function<void(const model::LogEntry&, std::string_view who)>;
  Follower(executor::ChangeHub& hub, store::Reader& reader, std::string tenant, std::function<void()> wake,
           LogSink log);

  void follow(base::Id execution) { follow(execution, base::Id{}); }

  /// Reads what was noted; with `all`, everything that has not ended (in case a note was missed).
  base::Result<void> look(bool all);
  /// Something ended since the last look: it should not wait.
  bool urgent();
  /// Every line that was not given yet, however late it came. For the end.
  base::Result<void> last_logs();

  /// As last read; null pointer until it exists.
  const store::ExecutionRow* execution(base::Id id) const;
  /// This one has ended, and what it started has ended or waits for a person.
  bool finished(base::Id id) const;
  const RunTree& tree() const { return tree_; }

 private:
  /// Sequence numbers that were given already, of one task run.
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
  std::map<base::Id, Note> notes_;         // under mutex_
  std::map<base::Id, Followed> followed_;  // in order of creation; its subscriptions end before the notes they write
};

}  // namespace gyr::cli
