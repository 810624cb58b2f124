#include "store/log_cursor.h"

#include <algorithm>

#include "base/codec.h"
#include "base/text.h"
#include "store/store.h"

namespace gyr::store {
namespace {

// The first byte, so that another form can follow.
constexpr uint8_t first_form = 1;

}  // namespace

std::string to_text(const LogCursor& cursor) {
  std::string bytes;
  base::Encoder encoder(bytes);
  encoder.byte(first_form);
  encoder.varint(cursor.given);
  encoder.varint(cursor.behind.size());
  for (const auto& [source, sequence] : cursor.behind) {
    encoder.integer(source.first);
    encoder.id(source.second);
    encoder.varint(sequence);
  }
  std::string text = base::base64_encode(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

base::Result<LogCursor> parse_log_cursor(std::string_view text) {
  const auto refused = [] { return base::fail(bad_query, "the cursor does not come from a log search"); };
  std::string standard(text);
  if (standard.find_first_of("+/=\r\n ") != std::string::npos) return refused();
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  const auto bytes = base::base64_decode(standard);
  if (!bytes) return refused();
  base::Decoder decoder(*bytes);
  if (decoder.byte() != first_form) return refused();
  LogCursor cursor;
  cursor.given = decoder.varint();
  constexpr size_t least_bytes = 18;  // of a day, an id and a sequence
  for (size_t left = decoder.count(least_bytes); left > 0 && decoder.ok(); --left) {
    const int64_t day = decoder.integer();
    const base::Id name = decoder.id();
    const uint64_t sequence = decoder.varint();
    if (day < INT32_MIN || day > INT32_MAX || sequence > UINT32_MAX) return refused();
    cursor.behind[{static_cast<int32_t>(day), name}] = static_cast<uint32_t>(sequence);
  }
  if (!decoder.finish() || to_text(cursor) != text) return refused();
  return cursor;
}

}  // namespace gyr::store
