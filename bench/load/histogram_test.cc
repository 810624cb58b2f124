#include "histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace gyr::load {
namespace {

TEST(Histogram, EmptyHasNoTimes) {
  const Histogram times;
  EXPECT_EQ(times.count(), 0u);
  EXPECT_EQ(times.percentile(0.5), 0);
  EXPECT_EQ(times.max(), 0);
  EXPECT_EQ(times.min(), 0);
}

TEST(Histogram, PercentilesAgreeWithSortedTimesWithinTheirPromise) {
  std::mt19937_64 random(7);
  std::vector<int64_t> all;
  Histogram times;
  for (int i = 0; i < 100'000; ++i) {
    // Spread over nine powers of ten, as latencies with outliers are.
    const auto nanos = static_cast<int64_t>(std::exp(std::uniform_real_distribution<double>(0, 20.7)(random)));
    all.push_back(nanos);
    times.add(nanos);
  }
  std::sort(all.begin(), all.end());
  for (const double share : {0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.99999, 1.0}) {
    const auto rank = static_cast<size_t>(std::max(std::ceil(share * static_cast<double>(all.size())), 1.0)) - 1;
    const auto exact = static_cast<double>(all[rank]);
    EXPECT_GE(static_cast<double>(times.percentile(share)), exact) << share;
    EXPECT_LE(static_cast<double>(times.percentile(share)), exact * 1.002 + 1) << share;
  }
  EXPECT_EQ(times.max(), all.back());
  EXPECT_EQ(times.min(), all.front());
}

TEST(Histogram, EveryPowerOfTwoAndItsNeighboursKeepTheirOrder) {
  int64_t last = -1;
  for (int bit = 1; bit < 42; ++bit) {
    for (const int64_t value : {(int64_t{1} << bit) - 1, int64_t{1} << bit, (int64_t{1} << bit) + 1}) {
      Histogram one;
      one.add(value);
      one.add(INT64_MAX);  // so that the bucket's end is not cut at the largest value
      const int64_t told = one.percentile(0.5);
      EXPECT_GE(told, value);
      EXPECT_LE(static_cast<double>(told), static_cast<double>(value) * 1.002 + 1);
      EXPECT_GE(told, last);
      last = told;
    }
  }
}

TEST(Histogram, TimesOutsideTheRangeAreCountedAtItsEnds) {
  Histogram times;
  times.add(-5);
  times.add(INT64_MAX);
  EXPECT_EQ(times.count(), 2u);
  EXPECT_EQ(times.percentile(0.5), 0);
  EXPECT_EQ(times.max(), INT64_MAX);
}

TEST(Histogram, OneSlowTimeInAThousandShowsAtTheRightPercentile) {
  Histogram times;
  for (int i = 0; i < 999; ++i) times.add(1'000'000);
  times.add(1'000'000'000);
  EXPECT_LT(times.percentile(0.999), 1'010'000);
  EXPECT_EQ(times.percentile(1.0), 1'000'000'000);
}

}  // namespace
}  // namespace gyr::load
