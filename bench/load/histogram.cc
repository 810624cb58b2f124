#include "histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace gyr::load {

namespace {
constexpr uint64_t lowest_scaled(uint32_t sub_bits) { return uint64_t{1} << sub_bits; }
}  // namespace

// Values below 2^sub_bits have a bucket each; above, a value keeps its sub_bits leading bits, so that every further
// power of two adds 2^(sub_bits-1) buckets.
size_t Histogram::bucket_of(uint64_t value) {
  if (value < lowest_scaled(sub_bits)) return value;
  const uint32_t shift = static_cast<uint32_t>(std::bit_width(value)) - sub_bits;
  return (static_cast<size_t>(shift) << (sub_bits - 1)) + (value >> shift);
}

uint64_t Histogram::upper_end(size_t bucket) {
  if (bucket < lowest_scaled(sub_bits)) return bucket;
  const size_t half = size_t{1} << (sub_bits - 1);
  const uint32_t shift = static_cast<uint32_t>(bucket / half) - 1;
  const uint64_t leading = bucket - (static_cast<size_t>(shift) << (sub_bits - 1));
  return ((leading + 1) << shift) - 1;
}

Histogram::Histogram() : counts_(bucket_of((uint64_t{1} << value_bits) - 1) + 1) {}

void Histogram::add(int64_t nanos) {
  nanos = std::max<int64_t>(nanos, 0);
  counts_[std::min(bucket_of(static_cast<uint64_t>(nanos)), counts_.size() - 1)] += 1;
  count_ += 1;
  min_ = std::min(min_, nanos);
  max_ = std::max(max_, nanos);
  sum_ += static_cast<double>(nanos);
}

double Histogram::mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

int64_t Histogram::percentile(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    // The end of a bucket may lie above the largest value in it.
    if (seen >= std::max<uint64_t>(wanted, 1)) return std::min(static_cast<int64_t>(upper_end(bucket)), max_);
  }
  return max_;
}

}  // namespace gyr::load
