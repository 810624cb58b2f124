// Metadata as headers of requests to object stores (STOR-10).
#include "storage/s3/user_metadata.h"

#include <gtest/gtest.h>

namespace gyr::storage::s3 {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Metadata told(const Pairs& sent) {
  net::Headers headers;
  for (const auto& [name, value] : sent) headers.add(name, value);
  return metadata_of(headers);
}

// STOR-10: names as other programs that use the bucket write them.
TEST(UserMetadata, NamesAndTextsInHeaders) {
  const auto headers = metadata_headers({{"expirationDate", "2030"}, {"description", "ü"}});
  ASSERT_TRUE(headers) << headers.error().message();
  EXPECT_EQ(*headers, (Pairs{{"x-amz-meta-description", "=?UTF-8?B?w7w=?="}, {"x-amz-meta-expiration_date", "2030"}}));
  EXPECT_EQ(told({{"X-Amz-Meta-Expiration_Date", "2030"}, {"x-amz-meta-", "no name"}, {"x-amz-request-id", "1"}}),
            (Metadata{{"expirationDate", "2030"}}));
}

// STOR-10
TEST(UserMetadata, RoundTrip) {
  for (const std::string_view name : {"a", "A", "_", "__", "_a", "_A", "aB", "a_b", "a_B", "a__B", "_1", "a.b-c_"}) {
    for (const std::string_view text :
         {"", " ", "a", " a", "a ", "a  b", "=?", "=?UTF-8?B?w7w=?=", "\t", "a\r\nb: c", "日本語", "100%", "\x7f"}) {
      const Metadata metadata = {{std::string(name), std::string(text)}};
      const auto headers = metadata_headers(metadata);
      ASSERT_TRUE(headers) << name;
      for (const auto& [header, value] : *headers) {
        EXPECT_TRUE(std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; })) << text;
      }
      EXPECT_EQ(told(*headers), metadata) << name << " " << text;
    }
  }
}

// STOR-10: a store may write the words another way; an invalid word is unchanged.
TEST(UserMetadata, WordsOfOthers) {
  const auto text_of = [](std::string_view sent) { return told({{"x-amz-meta-a", std::string(sent)}})["a"]; };
  EXPECT_EQ(text_of("=?utf-8?q?f=C3=BCr_alle?="), "für alle");
  EXPECT_EQ(text_of("=?UTF-8?Q?f=C3=BCr?= =?UTF-8?B?w7w=?="), "fürü");
  for (const std::string_view odd : {"=?", "=?=",
                                     "=?"
                                     "?=",
                                     "=?"
                                     "?"
                                     "?=",
                                     "=?UTF-8?B?*?=", "=?UTF-8?Q?=C3?=", "=?UTF-8?Q?=C?=", "=?UTF-8?X?a?=",
                                     "=?ISO-8859-1?Q?=FC?=", "=?UTF-8?B?w7w=?= x"}) {
    EXPECT_EQ(text_of(odd), odd);
  }
  EXPECT_EQ(text_of("\xff"), "\xEF\xBF\xBD");
}

// STOR-10
TEST(UserMetadata, MoreThanStoresTakeIsRefused) {
  EXPECT_TRUE(metadata_headers({{"a", std::string(2'000, 'x')}}));
  const auto refused = metadata_headers({{"a", std::string(2'048, 'x')}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), metadata_refused);
}

}  // namespace
}  // namespace gyr::storage::s3
