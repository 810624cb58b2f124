// Ordered scans of the indexes of executions, merged into one: in order of start or of duration.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/rollup.h"

namespace gyr::store::sqlite {

/// The columns of an execution in the indexes.
struct Entry {
  int64_t started = 0;
  int64_t flow = 0;
  int64_t duration = -1;  ///< -1 if not ended
  int64_t number = 0;
  Lane lane = 0;
};

/// What has not ended is before all others.
constexpr int64_t end_of(const Entry& entry) {
  return entry.duration < 0 ? std::numeric_limits<int64_t>::min() : entry.started + entry.duration;
}

/// The order of a scan: by start, or by duration. Executions that have not ended are the shortest.
enum class EntryOrder : uint8_t { start, duration };

/// One index range in one order. `next` returns false at the end or after an error, which finish() returns.
class EntryStream {
 public:
  enum class Source { tenant, flow, label, labelled, entries };
  /// The executions of a lane of a tenant or flow, from one index only.
  static EntryStream of_lane(Connection& main, Source source, int64_t owner, Lane lane, int64_t from, int64_t to,
                             bool descending);
  /// All executions with a label; their lane, flow and duration are looked up.
  static EntryStream of_label(Connection& main, int64_t tenant, int64_t label, std::string_view value,
                              Lane execution_class, int64_t from, int64_t to, bool descending);

  /// The same, but only their start and number are set.
  static EntryStream of_labelled(Connection& main, int64_t tenant, int64_t label, std::string_view value,
                                 Lane execution_class, int64_t from, int64_t to, bool descending);
  /// The executions of a lane of a flow in order of duration, then of start.
  static EntryStream of_durations(Connection& main, int64_t flow, Lane lane, bool descending);

  /// Given entries in the order of the merged stream.
  static EntryStream of_entries(Connection& main, std::vector<Entry> entries);

  bool next(Entry& entry);
  base::Result<void> finish() { return query_ == nullptr ? base::Result<void>() : query_->finish(); }

 private:
  explicit EntryStream(Connection& main) : main_(&main) {}
  EntryStream(Connection& main, Source source, const char* sql);
  bool complete(Entry& entry);
  Connection* main_;
  Source source_ = Source::entries;
  std::vector<Entry> entries_;  // the next one is last
  Lane lane_ = 0;
  int64_t owner_ = 0;
  std::unique_ptr<Query> query_;
};

/// Merges several streams in their order; each execution appears once. By start, then flow, duration and number; or by
/// duration, then start, flow and number.
class MergedStream {
 public:
  explicit MergedStream(bool descending, EntryOrder order = EntryOrder::start)
      : order_(order), descending_(descending) {}
  void add(EntryStream stream) { streams_.push_back(std::move(stream)); }
  void add(std::vector<Entry> entries, Connection& main);
  /// Several of its streams, in order of start, can have the same execution, not one after the other where others
  /// started at the same moment.
  void may_repeat() { may_repeat_ = true; }
  /// Leaves out the executions of a stream in order of start; only if this one is in order of start, too.
  void leave_out(EntryStream stream) { left_out_.push_back({std::move(stream)}); }
  bool next(Entry& entry);
  base::Result<void> finish();

 private:
  struct Head {
    Entry entry;
    size_t stream;
  };
  bool later(const Entry& a, const Entry& b) const;
  /// A stream of executions that are left out. Those of one moment are in no order that both streams share.
  struct LeftOut {
    EntryStream stream;
    std::optional<Entry> ahead = {};  ///< read, but later than the moment
    bool is_over = false;
    int64_t moment = 0;
    std::unordered_set<int64_t> numbers = {};  ///< of the moment
    bool has(const Entry& entry, bool descending);
  };
  void pull(size_t stream);
  void begin();
  bool is_repeated(const Entry& entry);

  EntryOrder order_;
  bool descending_;
  bool begun_ = false;
  bool may_repeat_ = false;
  int64_t moment_ = 0;
  std::unordered_set<int64_t> numbers_;  // of the moment
  std::vector<EntryStream> streams_;
  std::vector<LeftOut> left_out_;
  std::vector<Head> heads_;  // a heap
};

}  // namespace gyr::store::sqlite
