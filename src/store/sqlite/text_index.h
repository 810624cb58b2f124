// The newest part of the index of text: executions whose signatures are still gathered, in memory.
//
// The index tells which executions may hold a piece of text in their id and labels; whoever asks looks at these rows.
// It may name too many, never too few. Full blocks are rows of the main database (text_indexer.h); what is in neither
// is looked at row by row.
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

/// What a part of the index knows of a question: of the numbers from `first` to `last` only those may match whose bits
/// are set.
struct TextPart {
  int64_t first = 0;
  int64_t last = 0;
  NumberRuns runs;
  std::vector<uint64_t> bits;
};

/// Appends what the index knows of an execution's id or label.
void add_bits_of_id(const base::Id& id, std::vector<uint16_t>& bits);
void add_bits_of_label(const model::Label& label, std::vector<uint16_t>& bits);

/// The blocks in memory. The writer adds before it commits, so that whoever sees an execution finds it here. Any
/// thread.
class TextIndex {
 public:
  explicit TextIndex(uint32_t block_executions) : block_executions_(block_executions) {}

  /// Executions from this number on will be added; before the writer begins.
  void begin(int64_t first);
  /// A new execution, in order of the numbers. False where it comes out of order: the caller records a change.
  bool add(int64_t number, const base::Id& id, const std::vector<model::Label>& labels);
  /// Other labels. False where the execution is not in the block that is being filled: the caller records a change.
  bool change(int64_t number, const std::vector<model::Label>& labels);

  /// The parts in memory, for a snapshot that was begun before.
  std::vector<TextPart> parts(std::span<const uint16_t> bits) const;

  // For the indexer.
  uint32_t block_executions() const { return block_executions_; }
  struct Full {
    std::shared_ptr<const TextBlock> block;  ///< changed under the index's mutex: see slices()
    int64_t first = 0;
    int64_t last = 0;
  };
  /// The oldest block that is full and not stored, nothing where there is none.
  std::optional<Full> full() const;
  /// Some bits of a block, each of all its executions.
  std::vector<std::vector<uint64_t>> slices(const TextBlock& block, size_t first, size_t count) const;
  /// A full block is in the database; it stays here until release(), for snapshots begun before.
  void stored(const TextBlock& block);
  void release();
  bool has_stored() const;
  /// The first number of each block and the last one, ascending; that of the last block is open.
  std::vector<std::pair<int64_t, int64_t>> ranges() const;
  /// Puts a block before the one that is being filled, if that begins right behind it and they fit together.
  bool put_before(int64_t first, int64_t last, const TextBlock& block);

  /// Waits for something to do, at most until then; false once stopping.
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
  std::vector<Held> held_;  // ascending; the last one is being filled
  std::vector<uint16_t> bits_;
  int64_t newest_ = 0;
  size_t changes_ = 0;
  bool awake_ = true;
  bool stopping_ = false;
};

}  // namespace gyr::store::sqlite
