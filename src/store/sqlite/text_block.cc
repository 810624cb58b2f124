#include "store/sqlite/text_block.h"

#include <algorithm>

#include "base/codec.h"

namespace gyr::store::sqlite {

void NumberRuns::add(int64_t number, uint32_t place) {
  if (!runs_.empty()) {
    Run& last = runs_.back();
    if (last.first + last.length == number && last.place + last.length == place) {
      ++last.length;
      return;
    }
  }
  runs_.push_back({number, place, 1});
}

std::optional<uint32_t> NumberRuns::place_of(int64_t number) const {
  auto after = std::ranges::upper_bound(runs_, number, {}, &Run::first);
  if (after == runs_.begin()) return std::nullopt;
  const Run& run = *std::prev(after);
  if (number >= run.first + run.length) return std::nullopt;
  return run.place + static_cast<uint32_t>(number - run.first);
}

void NumberRuns::append(const NumberRuns& later, uint32_t places) {
  for (Run run : later.runs_) {
    run.place += places;
    runs_.push_back(run);
  }
}

int64_t NumberRuns::count() const {
  int64_t sum = 0;
  for (const Run& run : runs_) sum += run.length;
  return sum;
}

std::string NumberRuns::encode() const {
  std::string bytes;
  base::Encoder encoder(bytes);
  encoder.varint(runs_.size());
  int64_t number = 0;
  uint32_t place = 0;
  for (const Run& run : runs_) {
    encoder.varint(static_cast<uint64_t>(run.first - number));
    encoder.varint(run.place - place);
    encoder.varint(run.length);
    number = run.first + run.length;
    place = run.place + run.length;
  }
  return bytes;
}

base::Result<NumberRuns> NumberRuns::decode(std::string_view bytes) {
  NumberRuns runs;
  base::Decoder decoder(bytes);
  int64_t number = 0;
  uint32_t place = 0;
  for (size_t left = decoder.count(3); left > 0 && decoder.ok(); --left) {
    Run run{};
    run.first = number + static_cast<int64_t>(decoder.varint());
    run.place = place + static_cast<uint32_t>(decoder.varint());
    run.length = static_cast<uint32_t>(decoder.varint());
    number = run.first + run.length;
    place = run.place + run.length;
    runs.runs_.push_back(run);
  }
  GYR_CHECK(decoder.finish());
  return runs;
}

void TextBlock::set(uint32_t place, std::span<const uint16_t> bits) {
  Group& group = groups_[place / 64];
  const uint64_t mask = uint64_t{1} << (place % 64);
  for (uint16_t bit : bits) group[bit] |= mask;
}

void TextBlock::add(int64_t number, std::span<const uint16_t> bits) {
  const uint32_t place = size_++;
  if (place / 64 >= groups_.size()) groups_.emplace_back();
  runs_.add(number, place);
  set(place, bits);
}

bool TextBlock::include(int64_t number, std::span<const uint16_t> bits) {
  auto place = runs_.place_of(number);
  if (place) set(*place, bits);
  return place.has_value();
}

void TextBlock::append(const TextBlock& later) {
  const auto places = static_cast<uint32_t>(groups_.size() * 64);
  runs_.append(later.runs_, places);
  groups_.insert(groups_.end(), later.groups_.begin(), later.groups_.end());
  size_ = places + later.size_;
}

std::vector<uint64_t> TextBlock::slice(size_t bit) const {
  std::vector<uint64_t> words(groups_.size());
  std::ranges::transform(groups_, words.begin(), [bit](const Group& group) { return group[bit]; });
  return words;
}

std::vector<uint64_t> TextBlock::with_all(std::span<const uint16_t> bits) const {
  std::vector<uint64_t> words(groups_.size());
  for (size_t i = 0; i < groups_.size(); ++i) {
    uint64_t all = ~uint64_t{0};
    for (uint16_t bit : bits) all &= groups_[i][bit];
    words[i] = all;
  }
  return words;
}

}  // namespace gyr::store::sqlite
