// Searches the text index for executions that can contain given texts.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/text_index.h"

namespace gyr::store::sqlite {

/// The executions that can contain all texts in their id or labels: a superset of those that do. For one snapshot.
class TextCandidates {
 public:
  /// More executions than this are not checked one by one: 3 us each.
  static constexpr size_t max_named = 5000;

  /// Nothing if the index has no information about the texts. The snapshot must have been started.
  static base::Result<std::optional<TextCandidates>> find(Connection& main, const TextIndex& index,
                                                          const std::vector<std::string_view>& pieces);

  bool may_hold(int64_t number) const;
  /// All of them, ascending, if there are at most `max_named`.
  const std::optional<std::vector<int64_t>>& numbers() const { return numbers_; }

 private:
  base::Result<void> read_blocks(Connection& main, const std::vector<uint16_t>& bits);
  base::Result<void> gather(Connection& main);

  std::vector<TextPart> parts_;   // ascending
  std::vector<int64_t> changed_;  // ascending: the index has an older text for them
  std::optional<std::vector<int64_t>> numbers_;
};

}  // namespace gyr::store::sqlite
