// Signatures of the texts of many executions, stored bit by bit, so that a query only reads the bits that it needs (a
// bit-sliced signature file).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/sql/grams.h"

namespace gyr::store::sqlite {

/// The executions of the places of a block: ascending runs of consecutive numbers.
class NumberRuns {
 public:
  /// Adds a number that is greater than all others.
  void add(int64_t number, uint32_t place);
  std::optional<uint32_t> place_of(int64_t number) const;
  /// Calls `found(number)` for each place whose bit is set.
  template <class F>
  void for_each(std::span<const uint64_t> bits, F found) const;
  /// Adds runs with greater numbers, `places` further on.
  void append(const NumberRuns& later, uint32_t places);

  int64_t count() const;
  std::string encode() const;
  static base::Result<NumberRuns> decode(std::string_view bytes);

 private:
  struct Run {
    int64_t first;
    uint32_t place;
    uint32_t length;
  };
  std::vector<Run> runs_;
};

/// A block in memory. Not thread-safe.
class TextBlock {
 public:
  uint32_t size() const { return size_; }
  const NumberRuns& runs() const { return runs_; }
  /// Adds a number that is greater than all others.
  void add(int64_t number, std::span<const uint16_t> bits);
  /// Adds bits of an execution of the block; returns false if it is not in the block.
  bool include(int64_t number, std::span<const uint16_t> bits);
  /// Appends a block with greater numbers.
  void append(const TextBlock& later);

  size_t words() const { return groups_.size(); }
  /// One bit of all executions.
  std::vector<uint64_t> slice(size_t bit) const;
  /// The executions that have all these bits.
  std::vector<uint64_t> with_all(std::span<const uint16_t> bits) const;

 private:
  // 64 executions; their words are adjacent, because the bits of one execution are set together
  using Group = std::array<uint64_t, signature_bits>;
  void set(uint32_t place, std::span<const uint16_t> bits);

  std::deque<Group> groups_;
  NumberRuns runs_;
  uint32_t size_ = 0;  // the number of places, including those that append() left free
};

template <class F>
void NumberRuns::for_each(std::span<const uint64_t> bits, F found) const {
  size_t run = 0;
  for (size_t word = 0; word < bits.size(); ++word) {
    for (uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
      const auto place = static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(rest)));
      while (run < runs_.size() && place >= runs_[run].place + runs_[run].length) ++run;
      if (run == runs_.size()) return;
      if (place >= runs_[run].place) found(runs_[run].first + (place - runs_[run].place));
    }
  }
}

}  // namespace gyr::store::sqlite
