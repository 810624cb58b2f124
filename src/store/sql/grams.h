// Grams: short substrings of texts in an index. They find the texts that can contain a search text without a look at
// each text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gyr::store {

/// The bits of the signature of some texts. The bit numbers are stored, so they never change.
inline constexpr size_t signature_bits = 1024;

/// Adds the bits of a text to a signature, in any order and with repetitions. The grams of a text are all sequences of
/// three characters (case-insensitive, like PieceMatcher), and shorter sequences with a character other than an ASCII
/// letter or digit: these are rare, and in some languages they are words. Bytes that are not UTF-8 count as a character
/// that no search text contains. Thread-safe.
void add_gram_bits(std::string_view text, std::vector<uint16_t>& bits);

/// The bits that the signature of every text with this substring has, at most 36. Empty if nothing is known: the
/// substring is too short or not UTF-8. Thread-safe.
std::vector<uint16_t> gram_bits_of_piece(std::string_view piece);

}  // namespace gyr::store
