#include "store/sqlite/text_search.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

namespace gyr::store::sqlite {
namespace {

/// Applies a stored slice to the words with AND; missing parts are 0.
void and_with(std::vector<uint64_t>& words, std::string_view slice) {
  for (size_t i = 0; i < words.size(); ++i) {
    uint64_t word = 0;
    if ((i + 1) * sizeof word <= slice.size()) std::memcpy(&word, slice.data() + i * sizeof word, sizeof word);
    words[i] &= word;
  }
}

bool is_zero(const std::vector<uint64_t>& words) {
  return std::ranges::all_of(words, [](uint64_t word) { return word == 0; });
}

}  // namespace

base::Result<std::optional<TextCandidates>> TextCandidates::find(Connection& main, const TextIndex& index,
                                                                 const std::vector<std::string_view>& pieces) {
  std::vector<uint16_t> bits;
  for (std::string_view piece : pieces) std::ranges::copy(gram_bits_of_piece(piece), std::back_inserter(bits));
  if (bits.empty()) return std::nullopt;
  TextCandidates candidates;
  GYR_CHECK(candidates.read_blocks(main, bits));
  // A block that was stored after the snapshot began is still in memory; one that is in both is taken from the
  // snapshot.
  const size_t stored = candidates.parts_.size();
  for (TextPart& part : index.parts(bits)) {
    const auto of_snapshot = std::span(candidates.parts_).first(stored);
    const bool known =
        std::ranges::any_of(of_snapshot, [&](const TextPart& other) { return other.first == part.first; });
    if (!known) candidates.parts_.push_back(std::move(part));
  }
  std::ranges::sort(candidates.parts_, {}, &TextPart::first);
  Query changes = main.query("SELECT execution FROM text_changes");
  while (changes.next()) candidates.changed_.push_back(changes.integer(0));
  GYR_CHECK(changes.finish());
  std::ranges::sort(candidates.changed_);
  GYR_CHECK(candidates.gather(main));
  return candidates;
}

base::Result<void> TextCandidates::read_blocks(Connection& main, const std::vector<uint16_t>& bits) {
  Query blocks = main.query("SELECT number, first, last, runs FROM text_blocks ORDER BY first");
  Query slice = main.query("SELECT bits FROM text_slices WHERE id=?");
  while (blocks.next()) {
    TextPart& part = parts_.emplace_back();
    part.first = blocks.integer(1);
    part.last = blocks.integer(2);
    for (size_t i = 0; i < bits.size(); ++i) {
      slice.bind(static_cast<int64_t>(bits[i]) << 32 | blocks.integer(0));
      const std::string_view words = slice.next() ? slice.blob(0) : std::string_view();
      if (i == 0) part.bits.assign(words.size() / sizeof(uint64_t), ~uint64_t{0});
      and_with(part.bits, words);
      GYR_CHECK(slice.finish());
      slice.again();
      if (is_zero(part.bits)) break;
    }
    if (is_zero(part.bits)) {
      part.bits.clear();
    } else {
      GYR_TRY(part.runs, NumberRuns::decode(blocks.blob(3)));
    }
  }
  return blocks.finish();
}

base::Result<void> TextCandidates::gather(Connection& main) {
  std::vector<int64_t> numbers;
  for (const TextPart& part : parts_) {
    size_t set = 0;
    for (uint64_t word : part.bits) set += static_cast<size_t>(std::popcount(word));
    if (numbers.size() + set > max_named) return {};
    part.runs.for_each(part.bits, [&](int64_t number) { numbers.push_back(number); });
  }
  std::ranges::copy(changed_, std::back_inserter(numbers));
  // Executions that are in no part: those of an older version, until they are indexed.
  int64_t next = 0;
  Query outside = main.query("SELECT number FROM executions WHERE number BETWEEN ? AND ? LIMIT ?");
  for (const TextPart& part : parts_) {
    if (next < part.first) {
      outside.bind(next, part.first - 1, static_cast<int64_t>(max_named) + 1);
      while (outside.next()) numbers.push_back(outside.integer(0));
      GYR_CHECK(outside.finish());
      outside.again();
      if (numbers.size() > max_named) return {};
    }
    next = part.last == std::numeric_limits<int64_t>::max() ? part.last : part.last + 1;
  }
  std::ranges::sort(numbers);
  numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
  numbers_ = std::move(numbers);
  return {};
}

bool TextCandidates::may_hold(int64_t number) const {
  auto after = std::ranges::upper_bound(parts_, number, {}, &TextPart::first);
  if (after == parts_.begin() || std::prev(after)->last < number) return true;
  const TextPart& part = *std::prev(after);
  const auto place = part.runs.place_of(number);
  const bool set = place && *place / 64 < part.bits.size() && (part.bits[*place / 64] >> (*place % 64) & 1) != 0;
  return set || std::ranges::binary_search(changed_, number);
}

}  // namespace gyr::store::sqlite
