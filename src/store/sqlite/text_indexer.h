// Writes the text index to the database, in the background.
#pragma once

#include <condition_variable>
#include <thread>

#include "store/sqlite/text_index.h"
#include "store/sqlite/writer.h"

namespace gyr::store::sqlite {

/// A thread that stores full blocks, creates blocks for executions without one (from an older version, or lost from
/// memory at the end of the process), rebuilds blocks with many changes, and deletes blocks that are no longer needed.
/// It reads and writes in small portions between commits. The index is correct after a crash at any time: a block is
/// valid when its row in text_blocks is committed.
class TextIndexer {
 public:
  TextIndexer(TextIndex& index, std::string main_path, std::string vfs)
      : index_(index), main_path_(std::move(main_path)), vfs_(std::move(vfs)) {}
  ~TextIndexer() { stop(); }

  /// The writer must be running and must outlive the thread.
  base::Result<void> start(Writer& writer);
  /// Asks the thread to end. The next start rebuilds the blocks in memory from the rows.
  void begin_stop() { index_.stop(); }
  /// Waits for its end. The writer must have stopped, because a failing sync blocks all threads that wait for it.
  void stop();
  /// Executions were deleted. Thread-safe.
  void executions_removed();
  /// Waits until there is no work, or after an error.
  void flush();

 private:
  struct Block {
    int64_t number = 0;
    int64_t first = 0;
    int64_t last = 0;
  };
  void run();
  /// Does one piece of work; returns false if there was none.
  base::Result<bool> work();
  base::Result<std::vector<Block>> stored_blocks();
  /// The newest executions without a block, as a range; `first` is greater than `last` if there are none.
  base::Result<Block> newest_gap(const std::vector<Block>& blocks);
  base::Result<void> fill(const Block& gap);
  base::Result<TextBlock> read_rows(int64_t first, int64_t last);
  /// Rebuilds a block, or deletes it if none of its executions exists.
  base::Result<void> renew(const Block& block);
  base::Result<std::optional<Block>> most_changed(const std::vector<Block>& blocks);
  base::Result<std::optional<Block>> emptied(const std::vector<Block>& blocks);
  /// `replaced`: the number of the block that it replaces, or 0. It includes the changes up to `known_changes`.
  base::Result<void> store(const TextBlock& block, int64_t first, int64_t last, int64_t replaced,
                           int64_t known_changes);
  base::Result<bool> remove_unused_slices();

  TextIndex& index_;
  std::string main_path_;
  std::string vfs_;
  Writer* writer_ = nullptr;
  std::unique_ptr<Connection> main_;
  int64_t next_block_ = 1;

  std::mutex mutex_;
  std::condition_variable rested_;
  bool look_for_emptied_ = true;
  uint64_t rests_ = 0;  // how many times there was no work
  std::thread thread_;
};

}  // namespace gyr::store::sqlite
