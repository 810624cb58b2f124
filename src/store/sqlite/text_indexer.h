// Brings the index of text into the database, in the background.
#pragma once

#include <condition_variable>
#include <thread>

#include "store/sqlite/text_index.h"
#include "store/sqlite/writer.h"

namespace gyr::store::sqlite {

/// A thread that stores full blocks, makes blocks of executions that are in none (of an older version, or in memory
/// when the process ended), makes blocks anew in which much has changed, and removes those that are no longer needed.
/// It reads and writes in small portions, between commits. A crash at any time leaves an index that is right: a block
/// counts from the moment its row in text_blocks is committed.
class TextIndexer {
 public:
  TextIndexer(TextIndex& index, std::string main_path, std::string vfs)
      : index_(index), main_path_(std::move(main_path)), vfs_(std::move(vfs)) {}
  ~TextIndexer() { stop(); }

  /// The writer has been started and outlives the thread.
  base::Result<void> start(Writer& writer);
  /// Asks the thread to end. What is in memory only is made again from the rows by the next start.
  void begin_stop() { index_.stop(); }
  /// Waits for its end. The writer must have stopped: while a sync fails it keeps all who wait for it.
  void stop();
  /// Executions were removed: any thread.
  void executions_removed();
  /// Waits until there is nothing to do, or something failed.
  void flush();

 private:
  struct Block {
    int64_t number = 0;
    int64_t first = 0;
    int64_t last = 0;
  };
  void run();
  /// One piece of work; false where there was nothing to do.
  base::Result<bool> work();
  base::Result<std::vector<Block>> stored_blocks();
  /// The newest executions that are in no block, as a range; `first` is above `last` where there are none.
  base::Result<Block> newest_gap(const std::vector<Block>& blocks);
  base::Result<void> fill(const Block& gap);
  base::Result<TextBlock> read_rows(int64_t first, int64_t last);
  /// Makes a block anew, or removes it where none of its executions is left.
  base::Result<void> renew(const Block& block);
  base::Result<std::optional<Block>> most_changed(const std::vector<Block>& blocks);
  base::Result<std::optional<Block>> emptied(const std::vector<Block>& blocks);
  /// `replaced`: the number of the block that it takes the place of, or 0. Changes up to `known_changes` are in it.
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
  uint64_t rests_ = 0;  // how often there was nothing to do
  std::thread thread_;
};

}  // namespace gyr::store::sqlite
