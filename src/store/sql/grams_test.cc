// What the index of text knows of texts: never less than a search finds (API-30).
#include "store/sql/grams.h"

#include <gtest/gtest.h>
#include <re2/re2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <bitset>

#include "base/text.h"
#include "store/match.h"

namespace gyr::store {
namespace {

std::bitset<signature_bits> signature(std::string_view text) {
  std::vector<uint16_t> bits;
  add_gram_bits(text, bits);
  std::bitset<signature_bits> set;
  for (uint16_t bit : bits) set.set(bit);
  return set;
}

/// Whether the index would have somebody look at the text.
bool may_hold(std::string_view text, std::string_view piece) {
  const auto has = signature(text);
  return std::ranges::all_of(gram_bits_of_piece(piece), [&](uint16_t bit) { return has.test(bit); });
}

// API-30
TEST(GramsTest, EverySubstringIsFoundInAnyCase) {
  const std::string texts[] = {"system.correlationId",
                               "5tBq2ZkQeW0pLr9xYcVnMs",
                               "Grüße aus Köln",
                               "ПРИВЕТ, мир",
                               "注文番号 12345",
                               "a\xF0\x9F\x8D\x95z",
                               "50 % of_all * \"quoted\" 'x' NEAR(a b) OR -c"};
  for (const std::string& text : texts) {
    std::vector<size_t> starts;
    for (size_t i = 0; i <= text.size(); ++i) {
      if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80) starts.push_back(i);
    }
    for (size_t i = 0; i < starts.size(); ++i) {
      for (size_t j = i + 1; j < starts.size(); ++j) {
        const std::string piece = text.substr(starts[i], starts[j] - starts[i]);
        EXPECT_TRUE(may_hold(text, piece)) << text << " / " << piece;
        EXPECT_TRUE(may_hold(base::to_lower_ascii(text), piece)) << text << " / " << piece;
      }
    }
  }
  EXPECT_TRUE(may_hold("\xE2\x84\xAA-value", "k-v"));  // the Kelvin sign is a k, as RE2 has it
  EXPECT_TRUE(may_hold("wei\xC5\xBF", "eis"));         // the long s
  EXPECT_TRUE(may_hold("\xCE\xA3\xCE\xA3\xCE\xA3", "\xCF\x82\xCF\x83\xCF\x82"));  // three kinds of sigma
}

// API-30
TEST(GramsTest, OtherTextsAreExcluded) {
  EXPECT_FALSE(may_hold("5tBq2ZkQeW0pLr9xYcVnMs", "invoice"));
  EXPECT_FALSE(may_hold("注文番号 12345", "請求"));  // two characters are a word there
  EXPECT_FALSE(may_hold("prod", "%"));
  EXPECT_FALSE(may_hold("prod", "a_b"));
  EXPECT_TRUE(gram_bits_of_piece("").empty());
  EXPECT_TRUE(gram_bits_of_piece("a1").empty());  // nearly every id has it somewhere: a walk finds it at once
  EXPECT_TRUE(gram_bits_of_piece("abc\xFF").empty());
  EXPECT_LE(gram_bits_of_piece(std::string(10'000, 'a') + "bcdefghijklmnopqrstuvwxyz").size(), 36U);
  EXPECT_TRUE(
      may_hold("abc\xFF\xFE\x80"
               "def",
               "def"));
  EXPECT_TRUE(may_hold(std::string("a\0bc", 4), std::string_view("\0b", 2)));
}

// The letters that RE2 takes for one another have the same grams (API-30).
TEST(GramsTest, CaseFoldingMatchesTheMatcher) {
  std::vector<UChar32> cased;
  std::string all;
  for (UChar32 c = 0; c < 0x20000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const bool may_have_cases =
        u_hasBinaryProperty(c, UCHAR_CHANGES_WHEN_CASEMAPPED) != 0 || u_hasBinaryProperty(c, UCHAR_CASED) != 0;
    if (!may_have_cases) continue;
    cased.push_back(c);
    base::append_utf8(all, static_cast<uint32_t>(c));
  }
  ASSERT_GT(cased.size(), 2500U);
  for (UChar32 c : cased) {
    std::string piece;
    base::append_utf8(piece, static_cast<uint32_t>(c));
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    re2::RE2 regex("(" + re2::RE2::QuoteMeta(piece) + ")", options);
    re2::StringPiece rest(all);
    re2::StringPiece found;
    while (re2::RE2::FindAndConsume(&rest, regex, &found)) {
      const std::string other(found.data(), found.size());
      ASSERT_TRUE(may_hold("-" + other + "-", "-" + piece + "-")) << piece << " and " << other;
    }
  }
}

}  // namespace
}  // namespace gyr::store
