// Ordered scans of the indexes of executions, merged into one.
#pragma once

#include <memory>
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

/// One index range in order of start. `next` returns false at the end or after an error, which finish() returns.
class EntryStream {
 public:
  enum class Source { tenant, flow, label, entries };
  /// The executions of a lane of a tenant or flow, from one index only.
  static EntryStream of_lane(Connection& main, Source source, int64_t owner, Lane lane, int64_t from, int64_t to,
                             bool descending);
  /// All executions with a label; their lane, flow and duration are looked up.
  static EntryStream of_label(Connection& main, int64_t tenant, int64_t label, std::string_view value,
                              Lane execution_class, int64_t from, int64_t to, bool descending);

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

/// Merges several streams in order of start, then flow, duration and number; each execution appears once.
class MergedStream {
 public:
  explicit MergedStream(bool descending) : descending_(descending) {}
  void add(EntryStream stream) { streams_.push_back(std::move(stream)); }
  void add(std::vector<Entry> entries, Connection& main);
  bool next(Entry& entry);
  base::Result<void> finish();

 private:
  struct Head {
    Entry entry;
    size_t stream;
  };
  bool later(const Entry& a, const Entry& b) const;
  void pull(size_t stream);
  void begin();

  bool descending_;
  bool begun_ = false;
  int64_t last_number_ = 0;
  std::vector<EntryStream> streams_;
  std::vector<Head> heads_;  // a heap
};

}  // namespace gyr::store::sqlite
