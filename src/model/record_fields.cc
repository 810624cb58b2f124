#include "model/record_fields.h"

#include <algorithm>

namespace gyr::model {
namespace {

// Differences of dates that no clock gives still have to come back as they were.
int64_t plus(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); }
int64_t minus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

}  // namespace

void pack(base::Encoder& encoder, const PackedHistory<const StateHistory>& packed) {
  const auto& changes = packed.history->changes();
  const bool exact = std::ranges::any_of(changes, [](const StateChange& change) {
    return base::Instant::of_micros(change.date.to_micros()) != change.date;
  });
  encoder.varint(changes.size() << 1 | (exact ? 1 : 0));
  int64_t last_us = packed.origin_us;
  for (const StateChange& change : changes) {
    encoder.byte(static_cast<uint8_t>(change.state));
    if (exact) {
      encoder.instant(change.date);
      continue;
    }
    const int64_t us = change.date.to_micros();
    encoder.integer(minus(us, last_us));
    last_us = us;
  }
}

void pack(base::Encoder& encoder, const PackedHistory<StateHistory>& packed) {
  pack(encoder, PackedHistory<const StateHistory>{packed.history, packed.origin_us});
}

void unpack(base::Decoder& decoder, PackedHistory<StateHistory>& packed) {
  const uint64_t head = decoder.varint();
  const bool exact = (head & 1) != 0;
  int64_t last_us = packed.origin_us;
  std::vector<StateChange> changes;
  for (uint64_t i = 0; i < head >> 1 && decoder.ok(); ++i) {
    const uint8_t state = decoder.byte();
    if (state >= state_count) return decoder.set_damaged();
    base::Instant date;
    if (exact) {
      date = decoder.instant();
    } else {
      last_us = plus(last_us, decoder.integer());
      date = base::Instant::of_micros(last_us);
    }
    changes.push_back({static_cast<State>(state), date});
  }
  *packed.history = StateHistory(std::move(changes));
}

}  // namespace gyr::model
