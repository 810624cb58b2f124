// The bytes a connection has received and not yet understood.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gyr::net {

/// Blocks of one size, reused by the next connection that needs one: idle connections have no block. One thread.
class BlockPool {
 public:
  explicit BlockPool(size_t block_bytes) : block_bytes_(block_bytes) {}
  size_t block_bytes() const { return block_bytes_; }

  std::unique_ptr<char[]> take() {
    if (spare_.empty()) return std::make_unique_for_overwrite<char[]>(block_bytes_);
    auto block = std::move(spare_.back());
    spare_.pop_back();
    return block;
  }
  void give(std::unique_ptr<char[]> block) {
    if (spare_.size() < max_spare) spare_.push_back(std::move(block));
  }

 private:
  static constexpr size_t max_spare =
      32;  // about a megabyte; one turn of the loop rarely has more partly read connections
  size_t block_bytes_;
  std::vector<std::unique_ptr<char[]>> spare_;
};

/// A window into one block: filled at the end, consumed at the front.
class ReadBuffer {
 public:
  explicit ReadBuffer(BlockPool& pool) : pool_(pool) {}
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;

  bool empty() const { return begin_ == end_; }
  bool full() const { return end_ - begin_ == pool_.block_bytes(); }
  std::string_view view() const { return {block_.get() + begin_, end_ - begin_}; }

  /// Room for more; at least a byte unless full().
  std::span<char> prepare() {
    if (!block_) block_ = pool_.take();
    // Move the data to the front if less than half a block is free after it, so that reads stay large.
    if (begin_ > 0 && pool_.block_bytes() - end_ < pool_.block_bytes() / 2) {
      std::copy(block_.get() + begin_, block_.get() + end_, block_.get());
      end_ -= begin_;
      begin_ = 0;
    }
    return {block_.get() + end_, pool_.block_bytes() - end_};
  }
  void commit(size_t bytes) { end_ += bytes; }
  void consume(size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// Gives the block back if nothing is in it.
  void release() {
    if (block_ && empty()) pool_.give(std::move(block_));
  }
  void clear() { begin_ = end_ = 0; }

 private:
  BlockPool& pool_;
  std::unique_ptr<char[]> block_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace gyr::net
