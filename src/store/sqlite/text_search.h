// Asks the index of text which executions may hold some pieces.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/text_index.h"

namespace gyr::store::sqlite {

/// Executions that may hold all pieces in their id or labels: all that do are among them. For one snapshot.
class TextCandidates {
 public:
  /// More executions than this are not worth looking at one by one: 3 us each.
  static constexpr size_t max_named = 5000;

  /// Nothing where the index knows nothing of the pieces. The snapshot has been begun.
  static base::Result<std::optional<TextCandidates>> find(Connection& main, const TextIndex& index,
                                                          const std::vector<std::string_view>& pieces);

  bool may_hold(int64_t number) const;
  /// All of them, ascending, where they are at most `max_named`.
  const std::optional<std::vector<int64_t>>& numbers() const { return numbers_; }

 private:
  base::Result<void> read_blocks(Connection& main, const std::vector<uint16_t>& bits);
  base::Result<void> gather(Connection& main);

  std::vector<TextPart> parts_;   // ascending
  std::vector<int64_t> changed_;  // ascending: the index knows an older text of them
  std::optional<std::vector<int64_t>> numbers_;
};

}  // namespace gyr::store::sqlite
