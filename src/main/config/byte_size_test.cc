// Sizes in bytes.
#include "main/config/byte_size.h"

#include <gtest/gtest.h>

namespace gyr::main::config {
namespace {

TEST(ByteSize, IsReadAndWritten) {  // CONF-9
  for (const auto& [text, bytes] :
       std::initializer_list<std::pair<std::string_view, uint64_t>>{{"0", 0},
                                                                    {"10485760", 10'485'760},
                                                                    {" 8MB ", 8 << 20},
                                                                    {"8mb", 8 << 20},
                                                                    {"7kb", 7'168},
                                                                    {"5b", 5},
                                                                    {"10GB", 10ULL << 30}}) {
    auto size = parse_byte_size(text);
    ASSERT_TRUE(size.has_value()) << text;
    EXPECT_EQ(size->bytes, bytes) << text;
    EXPECT_EQ(parse_byte_size(format_byte_size(*size)), size) << text;
  }
  for (std::string_view text : {"", "MB", "-5MB", "5 MB", "5TB", "1.5MB", "99999999999999999999", "9999999999GB"})
    EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
  EXPECT_EQ(format_byte_size({5 << 20}), "5MB");
  EXPECT_EQ(format_byte_size({1'025}), "1025B");
}

}  // namespace
}  // namespace gyr::main::config
