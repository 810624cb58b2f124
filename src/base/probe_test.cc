#include "base/probe.h"

#include <gtest/gtest.h>

#include <set>

#include "base/invariant.h"

namespace gyr::base {
namespace {

void pass(bool rare) {
  if (rare) GYR_PROBE("base test: the rare branch");
}

TEST(Probe, CountsEachTimeItsBranchIsTaken) {
  const uint32_t before = probe_hits("base test: the rare branch");
  pass(false);
  EXPECT_EQ(probe_hits("base test: the rare branch"), before);
  pass(true);
  pass(true);
  EXPECT_EQ(probe_hits("base test: the rare branch"), before + 2);
}

TEST(Probe, IsListedWithItsPlaceThoughNeverReached) {
  if (broken_invariants() == UINT64_MAX) GYR_PROBE("base test: never reached");  // no constant for the compiler
  std::set<std::string_view> names;
  for (const Probe& probe : probes()) {
    EXPECT_TRUE(names.insert(probe.name).second) << probe.name << " is there twice";
    EXPECT_TRUE(std::string_view(probe.file).ends_with("probe_test.cc")) << probe.file;
    EXPECT_GT(probe.line, 0);
  }
  EXPECT_TRUE(names.contains("base test: never reached"));
  EXPECT_EQ(probe_hits("base test: never reached"), 0u);
  EXPECT_EQ(probe_hits("base test: no such probe"), 0u);
}

TEST(Invariant, ABrokenInvariantIsCountedAndThrownWithItsLocation) {
  const uint64_t before = broken_invariants();
  const int slots = -1;
  GYR_INVARIANT(slots == -1, "this one holds");
  EXPECT_EQ(broken_invariants(), before);
  try {
    GYR_INVARIANT(slots >= 0, "no more slots are freed than were taken");
    FAIL() << "nothing was thrown";
  } catch (const BrokenInvariant& broken) {
    EXPECT_EQ(std::string_view(broken.what()).find("no more slots are freed than were taken (slots >= 0 at src/base/"),
              0u)
        << broken.what();
  }
  EXPECT_EQ(broken_invariants(), before + 1);
}

}  // namespace
}  // namespace gyr::base
