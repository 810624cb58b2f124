#include "main/build_id.h"

#include <gtest/gtest.h>

namespace gyr::main {
namespace {

TEST(BuildId, IsSetByTheLinker) {
  const std::string id = build_id();
  EXPECT_EQ(id.size(), 40u) << id;  // a SHA-1
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
}

}  // namespace
}  // namespace gyr::main
