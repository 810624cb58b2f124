// Which partitions have a turn: only those with something to do (SCALE-2).
#include "executor/agenda.h"

#include <gtest/gtest.h>

namespace gyr::executor {
namespace {

using base::Instant;
using std::chrono::milliseconds;

constexpr Instant noon = Instant::of_millis(1'767'600'000'000);
constexpr base::MonotonicTime start{std::chrono::hours(1)};
constexpr PartitionBits all = 0b1011;

Instant after_noon(int64_t millis) { return noon + base::Duration::of_millis(millis); }

/// One that has given every partition its first turn; none has a date.
Agenda begun() {
  Agenda agenda(all);
  EXPECT_EQ(agenda.take(0, noon, start), all) << "what was recovered is waiting";
  for (size_t partition : {0, 1, 3}) agenda.note(partition, false, std::nullopt);
  return agenda;
}

TEST(Agenda, OnlyPartitionsWithNewsHaveATurn) {
  Agenda agenda = begun();
  EXPECT_EQ(agenda.take(0, noon, start), 0u);
  EXPECT_EQ(agenda.take(0b0010, noon, start), 0b0010u);
  EXPECT_EQ(agenda.take(0b0100, noon, start), 0u) << "a partition of another thread";
  agenda.note(1, true, std::nullopt);
  EXPECT_EQ(agenda.pause(noon), milliseconds(0)) << "it has more to do";
  EXPECT_EQ(agenda.take(0b0001, noon, start), 0b0011u);
  EXPECT_EQ(agenda.take(0, noon, start), 0u);
  EXPECT_EQ(agenda.pause(noon), Agenda::round);
}

TEST(Agenda, APartitionHasATurnAtItsNextDate) {
  Agenda agenda = begun();
  agenda.note(3, false, after_noon(200));
  agenda.note(1, false, after_noon(100));
  EXPECT_EQ(agenda.pause(noon), milliseconds(100) + std::chrono::microseconds(1));
  EXPECT_EQ(agenda.take(0, after_noon(99), start), 0u);
  EXPECT_EQ(agenda.take(0, after_noon(100), start), 0b0010u);
  agenda.note(1, false, std::nullopt);
  EXPECT_EQ(agenda.take(0, after_noon(150), start), 0u);
  EXPECT_EQ(agenda.take(0, after_noon(250), start), 0b1000u);
  agenda.note(3, false, after_noon(5'000));
  EXPECT_EQ(agenda.pause(after_noon(250)), Agenda::round);
  EXPECT_EQ(agenda.pause(after_noon(6'000)), milliseconds(0)) << "it was due while the thread was busy";
}

TEST(Agenda, ADateThatMovesDoesNotHideAnother) {
  Agenda agenda = begun();
  agenda.note(0, false, after_noon(100));
  agenda.note(1, false, after_noon(300));
  agenda.note(0, false, after_noon(400));
  EXPECT_EQ(agenda.take(0, after_noon(100), start), 0u);
  EXPECT_EQ(agenda.take(0, after_noon(300), start), 0b0010u);
  EXPECT_EQ(agenda.take(0, after_noon(400), start), 0b0011u) << "the first is due, the other was not noted since";
}

TEST(Agenda, AllHaveATurnFromTimeToTime) {  // the wall clock may have been set back
  Agenda agenda = begun();
  agenda.note(0, false, after_noon(10'000));
  const Instant before = after_noon(-3'600'000);
  EXPECT_EQ(agenda.take(0, before, start + milliseconds(999)), 0u);
  EXPECT_EQ(agenda.take(0b0001, before, start + Agenda::round), all) << "also under load";
  EXPECT_EQ(agenda.take(0, before, start + Agenda::round + milliseconds(1)), 0u);
}

}  // namespace
}  // namespace gyr::executor
