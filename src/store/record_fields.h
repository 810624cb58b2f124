// The fields of records: values (large ones by reference), histories, labels. Private to record.cc and
// record_metric.cc.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "store/record.h"

namespace gyr::store {

using base::Decoder;
using base::Encoder;

inline constexpr uint8_t record_version = 1;

/// The position of the encoded form of a value.
enum class Form : uint8_t { here = 0, elsewhere = 1 };

/// Writes the fields of one record and extracts large values.
class FieldWriter {
 public:
  FieldWriter(Record& out, const base::Id& execution, LargeValueMemo* memo)
      : out_(out), encoder(out.bytes), execution_(execution), memo_(memo) {
    encoder.byte(record_version);
    encoder.varint(0);  // references, see finish()
  }

  void value(const base::Value& value) {
    // The encoded form is always smaller than four times the weight, so small values skip the look-up.
    bool may_be_large = value.weight() > base::limits::blob_threshold_bytes / 4;
    if (may_be_large && memo_ != nullptr) {
      if (const ContentHash* known = memo_->find(execution_, value)) return reference({*known, {}});
    }
    size_t begin = out_.bytes.size();
    encoder.byte(static_cast<uint8_t>(Form::here));
    encoder.value(value);
    if (out_.bytes.size() - begin <= base::limits::blob_threshold_bytes) return;
    std::string content = out_.bytes.substr(begin + 1);
    out_.bytes.resize(begin);
    ContentHash hash = content_hash(content);
    if (memo_ != nullptr) memo_->remember(execution_, value, hash);
    reference({hash, std::move(content)});
  }

  /// Dates as differences in microseconds, or in full if a date is more precise.
  void history(const model::StateHistory& history, int64_t base_us) {
    const auto& changes = history.changes();
    bool exact = std::any_of(changes.begin(), changes.end(), [](const model::StateChange& change) {
      return base::Instant::of_micros(change.date.to_micros()) != change.date;
    });
    encoder.varint((changes.size() << 1) | (exact ? 1 : 0));
    for (const auto& change : changes) {
      encoder.byte(static_cast<uint8_t>(change.state));
      if (exact) {
        encoder.instant(change.date);
        continue;
      }
      int64_t us = change.date.to_micros();
      encoder.integer(static_cast<int64_t>(static_cast<uint64_t>(us) - static_cast<uint64_t>(base_us)));
      base_us = us;
    }
  }

  void finish() {
    if (out_.large.empty()) return;
    std::string head;
    Encoder references(head);
    references.varint(out_.large.size());
    for (const auto& large : out_.large) head.append(large.hash.data(), large.hash.size());
    out_.bytes.replace(1, 1, head);
  }

 private:
  void reference(LargeValue large) {
    size_t index = 0;
    while (index < out_.large.size() && out_.large[index].hash != large.hash) ++index;
    if (index == out_.large.size()) out_.large.push_back(std::move(large));
    encoder.byte(static_cast<uint8_t>(Form::elsewhere));
    encoder.varint(index);
  }

  Record& out_;

 public:
  Encoder encoder;

 private:
  const base::Id& execution_;
  LargeValueMemo* memo_;
};

/// Reads the output of FieldWriter. Damage is visible in `decoder.ok()`: the caller checks it once at the end.
class FieldReader {
 public:
  FieldReader(std::string_view bytes, const LargeValueSource* large) : decoder(bytes), large_(large) {
    if (decoder.byte() != record_version) decoder.set_damaged();
    size_t count = decoder.count(sizeof(ContentHash));
    for (size_t i = 0; i < count && decoder.ok(); ++i) {
      base::Id raw = decoder.id();  // 16 bytes
      auto hash = raw.to_bytes();
      ContentHash& reference = references.emplace_back();
      std::memcpy(reference.data(), hash.data(), hash.size());
    }
  }

  base::Value value() {
    uint8_t form = decoder.byte();
    if (form == static_cast<uint8_t>(Form::here)) return decoder.value();
    uint64_t index = decoder.varint();
    if (form != static_cast<uint8_t>(Form::elsewhere) || index >= references.size() || large_ == nullptr) {
      decoder.set_damaged();
      return {};
    }
    auto content = (*large_)(references[index]);
    auto value = content ? base::decode_value(*content) : base::Result<base::Value>(base::fail(content.error()));
    if (value) return *std::move(value);
    if (!error_) error_ = value.error();
    decoder.set_damaged();
    return {};
  }

  model::State state() {
    uint8_t number = decoder.byte();
    if (number >= model::state_count) decoder.set_damaged();
    return static_cast<model::State>(number);
  }

  model::StateHistory history(int64_t base_us) {
    uint64_t head = decoder.varint();
    bool exact = (head & 1) != 0;
    uint64_t count = head >> 1;
    std::vector<model::StateChange> changes;
    for (uint64_t i = 0; i < count && decoder.ok(); ++i) {
      model::State state = this->state();
      if (exact) {
        changes.push_back({state, decoder.instant()});
        continue;
      }
      base_us = static_cast<int64_t>(static_cast<uint64_t>(base_us) + static_cast<uint64_t>(decoder.integer()));
      changes.push_back({state, base::Instant::of_micros(base_us)});
    }
    return model::StateHistory(std::move(changes));
  }

  std::string text() { return std::string(decoder.bytes()); }

  base::Result<void> finish() {
    if (error_) return base::fail(*error_);
    if (decoder.ok() && !decoder.at_end()) decoder.set_damaged();
    return decoder.finish();
  }

  Decoder decoder;
  std::vector<ContentHash> references;

 private:
  const LargeValueSource* large_;
  std::optional<base::Error> error_;
};

inline void write_labels(Encoder& encoder, const std::vector<model::Label>& labels) {
  encoder.varint(labels.size());
  for (const auto& label : labels) {
    encoder.bytes(label.key);
    encoder.bytes(label.value);
  }
}

inline std::vector<model::Label> read_labels(Decoder& decoder) {
  std::vector<model::Label> labels(decoder.count(2));
  for (auto& label : labels) {
    label.key = decoder.bytes();
    label.value = decoder.bytes();
  }
  return labels;
}

}  // namespace gyr::store
