#include "store/sql/grams.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/text.h"

namespace gyr::store {
namespace {

constexpr int bits_a_gram = 3;
// For a long text, some grams are enough, because the executions found are checked anyway.
constexpr size_t max_piece_grams = 12;

// No characters of Unicode: bytes that are not UTF-8, and the places that a shorter gram leaves empty.
constexpr uint64_t not_a_character = 0x1FFFFE;
constexpr uint64_t no_character = 0x1FFFFF;
constexpr int character_width = 21;

/// The character that represents all its cases: as in RE2, the folding of single characters (Unicode C and S).
uint64_t fold(UChar32 c) {
  if (c < 0) return not_a_character;
  if (c < 0x80) return static_cast<uint64_t>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return static_cast<uint64_t>(u_foldCase(c, U_FOLD_CASE_DEFAULT));
}

bool is_plain(uint64_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

uint64_t gram_of(uint64_t a, uint64_t b, uint64_t c) { return a << (2 * character_width) | b << character_width | c; }

void add_bits(uint64_t gram, std::vector<uint16_t>& bits) {
  uint64_t hash = gram * 0x9E3779B97F4A7C15ULL;
  hash ^= hash >> 32U;
  hash *= 0xD6E8FEB86659FD93ULL;
  hash ^= hash >> 32U;
  for (int i = 0; i < bits_a_gram; ++i) {
    bits.push_back(static_cast<uint16_t>(hash % signature_bits));
    hash /= signature_bits;
  }
}

/// Calls `found` with each folded character.
template <class F>
void for_each_character(std::string_view text, F found) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  for (int64_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    found(fold(c));
  }
}

}  // namespace

void add_gram_bits(std::string_view text, std::vector<uint16_t>& bits) {
  uint64_t before_last = no_character, last = no_character;
  for_each_character(text, [&](uint64_t c) {
    if (before_last != no_character) add_bits(gram_of(before_last, last, c), bits);
    if (last != no_character && !(is_plain(last) && is_plain(c))) add_bits(gram_of(last, c, no_character), bits);
    if (!is_plain(c)) add_bits(gram_of(c, no_character, no_character), bits);
    before_last = last;
    last = c;
  });
}

std::vector<uint16_t> gram_bits_of_piece(std::string_view piece) {
  std::vector<uint64_t> characters;
  if (base::find_invalid_utf8(piece)) return {};
  for_each_character(piece, [&](uint64_t c) { characters.push_back(c); });
  std::vector<uint16_t> bits;
  const size_t length = characters.size();
  if (length >= 3) {
    const size_t grams = std::min(length - 2, max_piece_grams);
    for (size_t i = 0; i < grams; ++i) {
      const size_t at = grams == 1 ? 0 : i * (length - 3) / (grams - 1);
      add_bits(gram_of(characters[at], characters[at + 1], characters[at + 2]), bits);
    }
  } else if (length == 2 && !(is_plain(characters[0]) && is_plain(characters[1]))) {
    add_bits(gram_of(characters[0], characters[1], no_character), bits);
  } else if (length == 1 && !is_plain(characters[0])) {
    add_bits(gram_of(characters[0], no_character, no_character), bits);
  }
  std::ranges::sort(bits);
  bits.erase(std::ranges::unique(bits).begin(), bits.end());
  return bits;
}

}  // namespace gyr::store
