#include "base/id.h"

#include <sys/random.h>

#include <algorithm>

#include "base/assert.h"
#include "base/testing/seeded_random.h"

namespace gyr::base {
namespace {

constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t text_length = 22;

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  if (c >= 'a' && c <= 'z') return c - 'a' + 36;
  return -1;
}

__extension__ using uint128 = unsigned __int128;

}  // namespace

void Id::append_text(std::string& out) const {
  uint128 value = (static_cast<uint128>(high) << 64) | low;
  std::array<char, text_length> text;
  // 62^10 fits 64 bits: two divisions of 128 bits instead of twenty-two.
  constexpr uint64_t chunk = 839'299'365'868'340'224ULL;
  size_t end = text_length;
  while (end > 0) {
    auto rest = static_cast<uint64_t>(value % chunk);
    value /= chunk;
    for (size_t i = 0; i < 10 && end > 0; ++i) {
      text[--end] = digits[rest % 62];
      rest /= 62;
    }
  }
  out.append(text.data(), text.size());
}

std::string Id::to_text() const {
  std::string out;
  out.reserve(text_length);
  append_text(out);
  return out;
}

std::optional<Id> Id::parse(std::string_view text) {
  if (text.empty() || text.size() > text_length) return std::nullopt;
  uint128 value = 0;
  constexpr uint128 largest = ~static_cast<uint128>(0);
  for (char c : text) {
    int digit = digit_value(c);
    if (digit < 0) return std::nullopt;
    if (value > (largest - static_cast<uint128>(digit)) / 62) return std::nullopt;
    value = value * 62 + static_cast<uint128>(digit);
  }
  return Id{static_cast<uint64_t>(value >> 64), static_cast<uint64_t>(value)};
}

std::array<unsigned char, 16> Id::to_bytes() const {
  std::array<unsigned char, 16> bytes;
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<unsigned char>(low >> (56 - 8 * i));
  }
  return bytes;
}

Id Id::from_bytes(const unsigned char* bytes) {
  Id id;
  for (size_t i = 0; i < 8; ++i) {
    id.high = (id.high << 8) | bytes[i];
    id.low = (id.low << 8) | bytes[8 + i];
  }
  return id;
}

namespace {

constexpr uint64_t version_mask = 0xF000;
constexpr uint64_t version_with_slot = 0x8000;
constexpr int slot_shift = 52;  // behind the two bits of the variant
constexpr uint64_t slot_mask = 0x3FFULL << slot_shift;

}  // namespace

std::optional<uint16_t> Id::slot() const {
  if ((high & version_mask) != version_with_slot) return std::nullopt;
  return static_cast<uint16_t>((low & slot_mask) >> slot_shift);
}

Id Id::with_slot(uint16_t slot) const {
  GYR_ASSERT(slot < 1024);
  return {(high & ~version_mask) | version_with_slot, (low & ~slot_mask) | (static_cast<uint64_t>(slot) << slot_shift)};
}

IdGenerator::IdGenerator(Instant now, uint64_t seed_high, uint64_t seed_low)
    : now_(now), state_{seed_high ^ 0x9E37'79B9'7F4A'7C15ULL, seed_low | 1} {}  // never all zero, whatever the seed

uint64_t IdGenerator::random() {
  // xoroshiro128++: fast, and its seed comes from the system's random device.
  auto rotate = [](uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
  uint64_t a = state_[0];
  uint64_t b = state_[1];
  uint64_t result = rotate(a + b, 17) + a;
  b ^= a;
  state_[0] = rotate(a, 49) ^ b ^ (b << 21);
  state_[1] = rotate(b, 28);
  return result;
}

Id IdGenerator::next() {
  constexpr uint64_t version_7 = 0x7000;
  constexpr uint64_t variant = 0x8000'0000'0000'0000ULL;
  // 48 bits of milliseconds, version, 12 bits of sequence within this generator, 62 random bits.
  uint64_t millis = static_cast<uint64_t>(std::max<int64_t>(0, now_.to_millis())) & 0xFFFF'FFFF'FFFFULL;
  if (sequence_ == 0x1000) {
    sequence_ = 0;
    now_ = now_ + Duration::of_millis(1);
    millis += 1;
  }
  uint64_t bits = random();
  Id id{(millis << 16) | version_7 | sequence_, variant | (bits & 0x3FFF'FFFF'FFFF'FFFFULL)};
  sequence_ += 1;
  return id;
}

namespace {

/// Random bits of a thread, taken from the system some hundred bytes at a time.
struct RandomBuffer {
  std::array<uint64_t, 64> values;
  size_t left = 0;
  std::optional<IdGenerator> seeded;  ///< their source while a SeededRandom exists
};
thread_local RandomBuffer random_buffer;

void refill(RandomBuffer& buffer) {
  buffer.left = buffer.values.size();
  if (buffer.seeded) {
    for (uint64_t& value : buffer.values) value = buffer.seeded->random();
    return;
  }
  auto* bytes = reinterpret_cast<unsigned char*>(buffer.values.data());
  size_t filled = 0;
  while (filled < sizeof(buffer.values)) {
    ssize_t n = getrandom(bytes + filled, std::min<size_t>(256, sizeof(buffer.values) - filled), 0);
    if (n > 0) filled += static_cast<size_t>(n);
  }
}

}  // namespace

uint64_t secure_random() {
  RandomBuffer& buffer = random_buffer;
  if (buffer.left == 0) refill(buffer);
  return buffer.values[--buffer.left];
}

namespace testing {

SeededRandom::SeededRandom(uint64_t seed) {
  GYR_ASSERT(!random_buffer.seeded);
  random_buffer.seeded.emplace(Instant{}, seed, ~seed);
  random_buffer.left = 0;
}

SeededRandom::~SeededRandom() {
  random_buffer.seeded.reset();
  random_buffer.left = 0;
}

}  // namespace testing

Id make_id(Instant now) {
  constexpr uint64_t version_7 = 0x7000;
  constexpr uint64_t variant = 0x8000'0000'0000'0000ULL;
  uint64_t millis = static_cast<uint64_t>(std::max<int64_t>(0, now.to_millis())) & 0xFFFF'FFFF'FFFFULL;
  uint64_t a = secure_random();
  return Id{(millis << 16) | version_7 | (a & 0xFFF), variant | (secure_random() & 0x3FFF'FFFF'FFFF'FFFFULL)};
}

}  // namespace gyr::base
