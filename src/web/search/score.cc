#include "web/search/score.h"

#include <algorithm>

#include "base/text.h"
#include "text/characters.h"

namespace gyr::web {
namespace {

/// More words than this do not make a search clearer.
constexpr size_t max_search_words = 10;

bool is_word_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The best place of a word: its beginning counts more than its middle.
std::optional<int64_t> score_of_word(std::string_view text, std::string_view word) {
  std::optional<int64_t> best;
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    int64_t score = 10;
    if (at == 0) {
      score = word.size() == text.size() ? 100 : 60;
    } else if (!is_word_character(text[at - 1])) {
      score = 40;
    }
    best = std::max(best.value_or(0), score);
  }
  return best;
}

}  // namespace

SearchWords::SearchWords(std::string_view text) {
  const std::string lower = base::to_lower_ascii(text);
  std::string_view rest = lower;
  while (words_.size() < max_search_words) {
    const size_t begin = rest.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return;
    rest.remove_prefix(begin);
    const size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
    words_.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
}

const std::string& SearchWords::longest() const {
  static const std::string none;
  const auto found = std::ranges::max_element(words_, {}, &std::string::size);
  return found == words_.end() ? none : *found;
}

std::optional<int64_t> SearchWords::score(std::string_view title, std::string_view detail) const {
  const std::string in_title = base::to_lower_ascii(title), in_detail = base::to_lower_ascii(detail);
  int64_t sum = 0;
  for (const std::string& word : words_) {
    if (const auto score = score_of_word(in_title, word)) {
      sum += *score;
    } else if (in_detail.find(word) != std::string::npos) {
      sum += 1;
    } else {
      return std::nullopt;
    }
  }
  return sum;
}

std::vector<std::vector<int64_t>> SearchWords::marks(std::string_view title) const {
  const std::string lower = base::to_lower_ascii(title);
  std::vector<bool> marked(title.size());
  for (const std::string& word : words_) {
    for (size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + word.size()))
      std::fill_n(marked.begin() + static_cast<std::ptrdiff_t>(at), word.size(), true);
  }
  std::vector<std::vector<int64_t>> marks;
  for (size_t i = 0; i < marked.size(); ++i) {
    if (!marked[i]) continue;
    const size_t begin = i;
    while (i < marked.size() && marked[i]) ++i;
    marks.push_back({static_cast<int64_t>(text::utf16_length(title.substr(0, begin))),
                     static_cast<int64_t>(text::utf16_length(title.substr(0, i)))});
  }
  return marks;
}

}  // namespace gyr::web
