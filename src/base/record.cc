#include "base/record.h"

#include <algorithm>
#include <array>

#include "base/limits.h"

namespace gyr::base {
namespace {

constexpr uint64_t wires = 4;
constexpr size_t max_varint_bytes = 10;

}  // namespace

void record::set_length(std::string& out, size_t at) {
  uint64_t length = out.size() - at - 1;
  if (length < 0x80) {
    out[at] = static_cast<char>(length);
    return;
  }
  std::array<char, max_varint_bytes> bytes;
  size_t count = 0;
  for (; length >= 0x80; length >>= 7) bytes[count++] = static_cast<char>(length | 0x80);
  bytes[count++] = static_cast<char>(length);
  out.replace(at, 1, bytes.data(), count);
}

void RecordWriter::time_field(uint32_t number, int64_t seconds, uint32_t nanos) {
  int64_t micros = 0;
  const bool fits = nanos % 1000 == 0 && !__builtin_mul_overflow(seconds, int64_t{1'000'000}, &micros) &&
                    !__builtin_add_overflow(micros, int64_t{nanos / 1000}, &micros);
  if (fits) return present(number, micros);
  key(number, Wire::bytes);
  sized([&] { encoder_.instant({seconds, nanos}); });
}

void RecordWriter::value_field(uint32_t number, const Value& value) {
  if (vault_ != nullptr && value.weight() > limits::blob_threshold_bytes / 4) {
    if (auto kept = vault_->keep(value)) return present(number, *kept);
  }
  key(number, Wire::bytes);
  sized([&] { encoder_.value(value); });
}

bool RecordWriter::is_empty_part(size_t begin) const {
  size_t end_of_key = begin;
  while ((static_cast<uint8_t>(out_[end_of_key]) & 0x80) != 0) ++end_of_key;
  return out_.size() == end_of_key + 2;  // nothing but the key and a length of 0
}

RecordReader::RecordReader(std::string_view bytes, ValueVault* vault)
    : vault_(vault),
      list_memory_(free_list_memory + std::min(bytes.size(), SIZE_MAX / 2 / max_list_expansion) * max_list_expansion) {
  index(bytes);
}

RecordReader::RecordReader(std::string_view bytes, RecordReader& outer, LastShared* before)
    : depth_(outer.depth_ + 1),
      vault_(outer.vault_),
      origin_us_(outer.origin_us_),
      before_(before),
      list_memory_(0),
      list_memory_left_(outer.list_memory_left_) {
  if (depth_ > max_record_depth && !bytes.empty()) {
    damage();
  } else {
    index(bytes);
  }
}

void RecordReader::index(std::string_view bytes) {
  Decoder decoder(bytes);
  uint32_t last = 0;
  while (!decoder.at_end()) {
    const char* const begin = decoder.rest().data();
    const uint64_t key = decoder.varint();
    if (!decoder.ok() || key / wires == 0 || key / wires > UINT32_MAX || count_ == max_record_fields) return damage();
    const auto number = static_cast<uint32_t>(key / wires);
    const auto wire = static_cast<Wire>(key % wires);
    const auto key_size = static_cast<uint8_t>(decoder.rest().data() - begin);
    switch (wire) {
      case Wire::number: decoder.varint(); break;
      case Wire::bytes: decoder.bytes(); break;
      case Wire::id: decoder.take(16); break;
      case Wire::fixed: decoder.take(8); break;
    }
    if (!decoder.ok()) return damage();
    const auto size = static_cast<size_t>(decoder.rest().data() - begin);
    const Field found{begin, size, number, wire, key_size, false};
    is_ascending_ = is_ascending_ && number > last;
    last = number;
    if (count_ < inline_fields) {
      few_[count_] = found;
    } else {
      if (count_ == inline_fields) more_.assign(few_, few_ + inline_fields);
      more_.push_back(found);
    }
    ++count_;
  }
}

const RecordReader::Field* RecordReader::take(uint32_t number) {
  if (damaged_) return nullptr;
  Field* all = begin();
  if (is_ascending_ && number > last_asked_) {
    last_asked_ = number;
    while (next_ < count_ && all[next_].number < number) ++next_;
    if (next_ == count_ || all[next_].number != number) return nullptr;
    all[next_].is_taken = true;
    return &all[next_++];
  }
  Field* found = nullptr;
  for (size_t i = 0; i < count_; ++i) {
    if (all[i].number != number) continue;
    all[i].is_taken = true;
    found = &all[i];
  }
  return found;
}

void RecordReader::unknown(std::string& fields) const {
  fields.clear();
  const Field* all = begin();
  for (size_t i = 0; i < count_; ++i) {
    if (!all[i].is_taken) fields.append(all[i].whole());
  }
}

Result<void> RecordReader::finish() const {
  if (error_) return fail(*error_);
  if (damaged_) return fail(damaged_record, "a stored record is damaged");
  return {};
}

bool RecordReader::has_memory(size_t bytes) {
  if (!ok()) return false;
  if (bytes > *list_memory_left_) {
    damage();
    return false;
  }
  *list_memory_left_ -= bytes;
  return true;
}

Instant RecordReader::time(const Field& found) {
  Decoder decoder(found.content());
  if (found.wire == Wire::number) return Instant::of_micros(decoder.integer());
  if (found.wire != Wire::bytes) {
    damage();
    return {};
  }
  Decoder exact(decoder.bytes());
  const Instant when = exact.instant();
  check(exact);
  return when;
}

Value RecordReader::value(const Field& found) {
  Decoder decoder(found.content());
  if (found.wire == Wire::number && vault_ != nullptr) {
    auto kept = vault_->find(decoder.varint());
    if (kept) return *std::move(kept);
    if (!error_) error_ = kept.error();
    damage();
    return {};
  }
  if (found.wire != Wire::bytes) {
    damage();
    return {};
  }
  Decoder here(decoder.bytes());
  Value value = here.value();
  check(here);
  return value;
}

}  // namespace gyr::base
