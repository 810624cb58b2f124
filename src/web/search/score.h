// How well a name fits what a person has typed. Without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gyr::web {

/// The words of a search, in lower case.
class SearchWords {
 public:
  explicit SearchWords(std::string_view text);

  bool empty() const { return words_.empty(); }
  /// The longest word: the best one to ask an index for. Not empty unless there are no words.
  const std::string& longest() const;
  /// How well these texts fit: every word must be in one of them, in any case. Words in the title count more, and most
  /// where the title or a part of it begins with them. Nothing if a word is in neither.
  std::optional<int64_t> score(std::string_view title, std::string_view detail) const;
  /// The parts of the title that words match, as pairs of positions in UTF-16 code units; in order, without overlaps.
  std::vector<std::vector<int64_t>> marks(std::string_view title) const;

 private:
  std::vector<std::string> words_;
};

}  // namespace gyr::web
