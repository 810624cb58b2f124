// Grams: what an index knows of texts, so that those which may hold a piece are found without looking at each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gyr::store {

/// Bits of the signature of some texts. The numbers of the bits are stored: they never change.
inline constexpr size_t signature_bits = 1024;

/// Adds the bits of a text to those of a signature, in no order and with repetitions. A text's grams are all runs of
/// three characters, regardless of case as PieceMatcher compares them, and the shorter runs with a character other than
/// an ASCII letter or digit: these are rare, and in some languages they are words. Bytes that are not UTF-8 count as a
/// character that no piece has. Any thread.
void add_gram_bits(std::string_view text, std::vector<uint16_t>& bits);

/// Bits that the signature of every text with this piece has, at most 36 of them. Empty where nothing is known: the
/// piece is too short or not UTF-8. Any thread.
std::vector<uint16_t> gram_bits_of_piece(std::string_view piece);

}  // namespace gyr::store
