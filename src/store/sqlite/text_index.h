// The newest part of the text index: the blocks in memory.
//
// The index returns the executions that can contain a search text in their id and labels; the caller checks their rows.
// It can return too many, but never too few. Full blocks are rows of the main database (text_indexer.h). Executions in
// neither are checked row by row.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/execution.h"
#include "store/sqlite/text_block.h"

namespace gyr::store::sqlite {

/// The result of a part of the index for a query: among the numbers from `first` to `last`, only those with set bits
/// can match.
struct TextPart {
  int64_t first = 0;
  int64_t last = 0;
  NumberRuns runs;
  std::vector<uint64_t> bits;
};

/// Appends the indexed bits of the id or a label of an execution.
void add_bits_of_id(const base::Id& id, std::vector<uint16_t>& bits);
void add_bits_of_label(const model::Label& label, std::vector<uint16_t>& bits);

/// The blocks in memory. The writer adds an execution before it commits it, so that every visible execution is found.
/// Thread-safe.
class TextIndex {
 public:
  explicit TextIndex(uint32_t block_executions) : block_executions_(block_executions) {}

  /// Executions from this number on will be added. Call it before the writer starts.
  void begin(int64_t first);
  /// Adds a new execution, in order of the numbers. Returns false if it is out of order: the caller records a change.
  bool add(int64_t number, const base::Id& id, const std::vector<model::Label>& labels);
  /// Changes labels. Returns false if the execution is not in the open block: the caller records a change.
  bool change(int64_t number, const std::vector<model::Label>& labels);

  /// The parts in memory, for a snapshot that was started before.
  std::vector<TextPart> parts(std::span<const uint16_t> bits) const;

  // For the indexer.
  uint32_t block_executions() const { return block_executions_; }
  struct Full {
    std::shared_ptr<const TextBlock> block;  ///< changed with the mutex of the index: see slices()
    int64_t first = 0;
    int64_t last = 0;
  };
  /// The oldest full block that is not stored; nothing if there is none.
  std::optional<Full> full() const;
  /// Some bits of a block, each for all its executions.
  std::vector<std::vector<uint64_t>> slices(const TextBlock& block, size_t first, size_t count) const;
  /// A full block is in the database; it stays in memory until release(), for earlier snapshots.
  void stored(const TextBlock& block);
  void release();
  bool has_stored() const;
  /// The first number of each block and the last one, ascending; that of the open block is not final.
  std::vector<std::pair<int64_t, int64_t>> ranges() const;
  /// Inserts a block before the open block if the numbers are contiguous and both fit into one block.
  bool put_before(int64_t first, int64_t last, const TextBlock& block);

  /// Waits for work until the given time; returns false when stopping.
  bool wait(base::MonotonicTime until);
  void wake();
  void stop();
  bool stopping() const;

 private:
  struct Held {
    std::shared_ptr<TextBlock> block;
    int64_t first = 0;
    int64_t last = std::numeric_limits<int64_t>::max();
    bool stored = false;
  };
  Held& open() { return held_.back(); }

  uint32_t block_executions_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::vector<Held> held_;  // ascending; the last one is open
  std::vector<uint16_t> bits_;
  int64_t newest_ = 0;
  size_t changes_ = 0;
  bool awake_ = true;
  bool stopping_ = false;
};

}  // namespace gyr::store::sqlite
