// Parts: groups of 16 neighbouring slots. An index that serves a range of slots begins with the part, so that a
// partition reads only what belongs to it, in the order of the index. 64 partitions have one part each.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/error.h"
#include "model/execution.h"

namespace gyr::store {

inline constexpr uint16_t slots_per_part = 16;  ///< the indexes have it as `slot>>4`
inline constexpr uint16_t part_count = model::slot_count / slots_per_part;
static_assert(slots_per_part == 1 << 4);

constexpr int32_t part_of(uint16_t slot) { return slot / slots_per_part; }

/// The first `limit` rows of a range of slots in the order of `before`, where an index has this order for each part.
/// `read(part, last, rows)` appends the first rows of a part. If `last` is not null, there are enough rows already:
/// none behind it is wanted.
template <class Row, class Read, class Before>
base::Result<std::vector<Row>> first_of_parts(uint16_t first_slot, uint16_t last_slot, size_t limit, Read&& read,
                                              Before&& before) {
  std::vector<Row> rows;
  for (int32_t part = part_of(first_slot); part <= part_of(last_slot); ++part) {
    const Row* const last = !rows.empty() && rows.size() == limit ? &rows.back() : nullptr;
    std::vector<Row> more;
    GYR_CHECK(read(part, last, more));
    if (rows.empty()) {
      rows = std::move(more);
      continue;
    }
    std::vector<Row> both;
    both.reserve(rows.size() + more.size());
    std::merge(std::move_iterator(rows.begin()), std::move_iterator(rows.end()), std::move_iterator(more.begin()),
               std::move_iterator(more.end()), std::back_inserter(both), before);
    if (both.size() > limit) both.erase(both.begin() + static_cast<std::ptrdiff_t>(limit), both.end());
    rows = std::move(both);
  }
  return rows;
}

}  // namespace gyr::store
