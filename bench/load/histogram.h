// A histogram of times with a fixed relative error, small enough to keep one for every kind of latency.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gyr::load {

/// Counts nanoseconds from 0 to about 73 minutes in buckets whose width grows with the value: what comes out is at most
/// 0.2 % above what went in; longer times are counted at the end of the range and in `max`. One thread.
class Histogram {
 public:
  Histogram();

  /// A time below 0 counts as 0.
  void add(int64_t nanos);

  uint64_t count() const { return count_; }
  int64_t min() const { return count_ == 0 ? 0 : min_; }
  int64_t max() const { return max_; }
  double mean() const;
  /// The smallest recorded time that at least `share` (0..1) of all do not exceed; 0 where there is none.
  int64_t percentile(double share) const;

 private:
  static constexpr uint32_t sub_bits = 10;  // 512 buckets from one power of two to the next: 1/512 = 0.2 %
  static constexpr uint32_t value_bits = 42;

  static size_t bucket_of(uint64_t value);
  static uint64_t upper_end(size_t bucket);

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  int64_t min_ = INT64_MAX;
  int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace gyr::load
