// Writers that read a row first and then write it.
#pragma once

#include <cstdint>
#include <optional>

namespace gyr::store {

/// The revision of a row that its writer has read before; 0: there was no row. The store refuses the whole batch with
/// store_stale if the row has another one when it is written: somebody else changed it in between. So of two writers
/// with the same revision one succeeds, and the other reads again. None: the row is written whatever is stored.
/// Rows of one batch are checked in their order: the second row of the same key sees what the first one wrote.
using ReadRevision = std::optional<int64_t>;

/// How many times a writer reads and writes before it gives up with store_stale. In each round at least one of the
/// writers succeeds, so only more writers than this at once, all of one row, can make one fail.
inline constexpr int max_write_rounds = 200;

}  // namespace gyr::store
