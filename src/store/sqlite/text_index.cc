#include "store/sqlite/text_index.h"

#include <algorithm>

#include "base/assert.h"

namespace gyr::store::sqlite {
namespace {

// Full blocks that cannot be stored (for example a full disk): above this number the oldest one is dropped and later
// rebuilt from rows.
constexpr size_t max_held = 4;
// The number of changed labels after which blocks are checked for a rebuild.
constexpr size_t changes_to_look_at = 1000;

}  // namespace

void add_bits_of_id(const base::Id& id, std::vector<uint16_t>& bits) { add_gram_bits(id.to_text(), bits); }

void add_bits_of_label(const model::Label& label, std::vector<uint16_t>& bits) {
  add_gram_bits(label.key, bits);
  add_gram_bits(label.value, bits);
}

void TextIndex::begin(int64_t first) {
  std::lock_guard lock(mutex_);
  held_.clear();
  held_.push_back({std::make_shared<TextBlock>(), first});
  newest_ = first - 1;
}

bool TextIndex::add(int64_t number, const base::Id& id, const std::vector<model::Label>& labels) {
  // Without the lock: only the writer has bits_.
  bits_.clear();
  const std::string text = id.to_text();
  add_gram_bits(text, bits_);
  for (const auto& label : labels) {
    add_gram_bits(label.key, bits_);
    if (label.value != text) add_gram_bits(label.value, bits_);  // as most correlation ids are
  }
  std::lock_guard lock(mutex_);
  if (number <= newest_) return open().block->include(number, bits_);  // its transaction was rolled back once
  if (open().block->size() >= block_executions_) {
    open().last = number - 1;
    held_.push_back({std::make_shared<TextBlock>(), number});
    if (held_.size() > max_held) held_.erase(held_.begin());
    awake_ = true;
    woken_.notify_one();
  }
  open().block->add(number, bits_);
  newest_ = number;
  return true;
}

bool TextIndex::change(int64_t number, const std::vector<model::Label>& labels) {
  bits_.clear();
  for (const auto& label : labels) add_bits_of_label(label, bits_);
  std::lock_guard lock(mutex_);
  for (Held& held : held_) {
    if (number >= held.first && number <= held.last && held.block->include(number, bits_) && &held == &open())
      return true;
  }
  if (++changes_ % changes_to_look_at == 0) {
    awake_ = true;
    woken_.notify_one();
  }
  return false;
}

std::vector<TextPart> TextIndex::parts(std::span<const uint16_t> bits) const {
  std::vector<TextPart> parts;
  std::lock_guard lock(mutex_);
  for (const Held& held : held_) {
    TextPart& part = parts.emplace_back();
    part.first = held.first;
    part.last = held.last;
    part.runs = held.block->runs();
    part.bits = held.block->with_all(bits);
  }
  return parts;
}

std::optional<TextIndex::Full> TextIndex::full() const {
  std::lock_guard lock(mutex_);
  for (size_t i = 0; i + 1 < held_.size(); ++i) {
    if (!held_[i].stored) return Full{held_[i].block, held_[i].first, held_[i].last};
  }
  return std::nullopt;
}

std::vector<std::vector<uint64_t>> TextIndex::slices(const TextBlock& block, size_t first, size_t count) const {
  std::vector<std::vector<uint64_t>> slices;
  std::lock_guard lock(mutex_);
  for (size_t bit = first; bit < first + count; ++bit) slices.push_back(block.slice(bit));
  return slices;
}

void TextIndex::stored(const TextBlock& block) {
  std::lock_guard lock(mutex_);
  for (Held& held : held_) held.stored = held.stored || held.block.get() == &block;
}

void TextIndex::release() {
  std::lock_guard lock(mutex_);
  std::erase_if(held_, [](const Held& held) { return held.stored; });
}

bool TextIndex::has_stored() const {
  std::lock_guard lock(mutex_);
  return std::ranges::any_of(held_, &Held::stored);
}

std::vector<std::pair<int64_t, int64_t>> TextIndex::ranges() const {
  std::vector<std::pair<int64_t, int64_t>> ranges;
  std::lock_guard lock(mutex_);
  for (const Held& held : held_) ranges.emplace_back(held.first, held.last);
  return ranges;
}

bool TextIndex::put_before(int64_t first, int64_t last, const TextBlock& block) {
  std::lock_guard lock(mutex_);
  if (open().first != last + 1 || block.size() + open().block->size() > block_executions_) return false;
  auto together = std::make_shared<TextBlock>(block);
  together->append(*open().block);
  open().block = std::move(together);
  open().first = first;
  return true;
}

bool TextIndex::wait(base::MonotonicTime until) {
  std::unique_lock lock(mutex_);
  woken_.wait_until(lock, until, [this] { return awake_ || stopping_; });
  awake_ = false;
  return !stopping_;
}

void TextIndex::wake() {
  std::lock_guard lock(mutex_);
  awake_ = true;
  woken_.notify_one();
}

void TextIndex::stop() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  woken_.notify_all();
}

bool TextIndex::stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

}  // namespace gyr::store::sqlite
