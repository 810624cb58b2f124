// Hashes of texts: one for tables in memory, one that may be stored.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace gyr::base {

/// For tables in memory: FNV-1a over words of eight bytes. Differs between machines, so it is never stored.
inline uint64_t hash_text(std::string_view text) {
  uint64_t hash = 0xCBF2'9CE4'8422'2325ULL ^ text.size();
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    hash = (hash ^ word) * 0x9FB2'1C65'1E98'DF25ULL;
    hash ^= hash >> 32;
  }
  for (; i < text.size(); ++i) hash = (hash ^ static_cast<unsigned char>(text[i])) * 0x0000'0100'0000'01B3ULL;
  return hash ^ (hash >> 29);
}

/// Where fnv1a() begins.
inline constexpr uint64_t fnv1a_start = 0xCBF2'9CE4'8422'2325ULL;

/// FNV-1a of 64 bits, byte by byte: the same on every machine, in every build and version, so it may be stored. It is
/// not a protection. `hash` is the hash of the text before.
constexpr uint64_t fnv1a(std::string_view text, uint64_t hash = fnv1a_start) {
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3ULL;
  return hash;
}

}  // namespace gyr::base
