// The data of an execution that the writer needs to change its row without reading it.
#pragma once

#include <optional>
#include <unordered_map>

#include "store/sql/lane.h"
#include "store/sqlite/owners.h"

namespace gyr::store::sqlite {

/// The cached data of one execution; times are microseconds since the epoch.
struct KnownExecution {
  int64_t number = 0;
  Owner owner;
  Lane lane = 0;
  int64_t started_us = 0;  ///< as first stored: part of keys
  std::optional<int64_t> duration_us;
  Activity activity = Activity::active;
  std::optional<int64_t> wake_at_us;
  std::optional<int64_t> queued_at_us;
  bool has_blobs = false;
  size_t labels_hash = 0;
};

/// A bounded cache of recently used executions: two generations, the older one is dropped when the younger one is full.
/// A miss costs a look-up in the database. Used on the thread of the writer.
class KnownExecutions {
 public:
  KnownExecution* find(const base::Id& id) {
    if (auto found = young_.find(id); found != young_.end()) return &found->second;
    auto found = old_.find(id);
    if (found == old_.end()) return nullptr;
    KnownExecution known = found->second;
    old_.erase(found);
    return &put(id, known);
  }
  KnownExecution& put(const base::Id& id, const KnownExecution& known) {
    if (young_.size() >= generation_size) {
      old_ = std::move(young_);
      young_.clear();
    }
    return young_[id] = known;
  }
  void erase(const base::Id& id) {
    young_.erase(id);
    old_.erase(id);
  }
  void clear() {
    young_.clear();
    old_.clear();
  }

 private:
  // About 150 bytes each: 5 MB at most.
  static constexpr size_t generation_size = 16'384;
  std::unordered_map<base::Id, KnownExecution> young_, old_;
};

}  // namespace gyr::store::sqlite
