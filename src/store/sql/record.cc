#include "store/sql/record.h"

#include <openssl/sha.h>

#include <cstring>

#include "base/record.h"
#include "model/record_fields.h"

namespace gyr::store {
namespace {

// Kept values are looked up by storage, so this bounds what the writer holds on to beyond its batches.
constexpr size_t memo_entries = 64;
constexpr uint64_t memo_bytes = 16u << 20;

}  // namespace

const ContentHash* LargeValueMemo::find(const base::Id& execution, const base::Value& value) const {
  for (const auto& entry : entries_) {
    if (entry.execution == execution && entry.value.same_storage(value)) return &entry.hash;
  }
  return nullptr;
}

void LargeValueMemo::remember(const base::Id& execution, const base::Value& value, const ContentHash& hash) {
  if (value.weight() > memo_bytes) return;
  entries_.push_back({execution, value, hash});
  bytes_ += value.weight();
  while (entries_.size() > memo_entries || bytes_ > memo_bytes) {
    bytes_ -= entries_.front().value.weight();
    entries_.pop_front();
  }
}

void LargeValueMemo::clear() {
  entries_.clear();
  bytes_ = 0;
}

ContentHash content_hash(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  ContentHash hash;
  std::memcpy(hash.data(), digest.data(), hash.size());
  return hash;
}

std::string encode_labels(const std::vector<model::Label>& labels) {
  std::string record;
  base::RecordWriter writer(record);
  writer(1, labels);
  return record;
}

base::Result<std::vector<model::Label>> decode_labels(std::string_view record) {
  std::vector<model::Label> labels;
  base::RecordReader reader(record);
  reader(1, labels);
  GYR_CHECK(reader.finish());
  return labels;
}

}  // namespace gyr::store
