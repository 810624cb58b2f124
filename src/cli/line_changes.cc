#include "cli/line_changes.h"

#include <algorithm>

#include "base/text.h"
#include "cli/errors.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text.empty() ? std::vector<std::string_view>() : base::split(text, '\n');
}

}  // namespace

std::vector<LineChange> line_changes(std::string_view from, std::string_view to) {
  constexpr size_t max_table = 4'000'000;  // cells; about 2000 lines that differ on both sides
  const auto a = lines_of(from), b = lines_of(to);
  size_t begin = 0;
  while (begin < a.size() && begin < b.size() && a[begin] == b[begin]) ++begin;
  size_t end = 0;
  while (end < a.size() - begin && end < b.size() - begin && a[a.size() - 1 - end] == b[b.size() - 1 - end]) ++end;
  const size_t rows = a.size() - begin - end, columns = b.size() - begin - end;
  std::vector<LineChange> out;
  auto add = [&out](char kind, std::string_view line) { out.push_back({kind, std::string(line)}); };
  for (size_t i = 0; i < begin; ++i) add(' ', a[i]);
  // length[i][j]: lines that the rests from i and from j have in common.
  const bool exact = rows == 0 || columns == 0 || rows <= max_table / columns;
  std::vector<uint32_t> length(exact ? (rows + 1) * (columns + 1) : 0);
  auto at = [&](size_t i, size_t j) -> uint32_t& { return length[i * (columns + 1) + j]; };
  for (size_t i = exact ? rows : 0; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      at(i, j) = a[begin + i] == b[begin + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  size_t i = 0, j = 0;
  while (i < rows || j < columns) {
    if (exact && i < rows && j < columns && a[begin + i] == b[begin + j]) {
      add(' ', a[begin + i++]);
      ++j;
    } else if (i < rows && (!exact || j == columns || at(i + 1, j) >= at(i, j + 1))) {
      add('-', a[begin + i++]);
    } else {
      add('+', b[begin + j++]);
    }
  }
  for (size_t k = a.size() - end; k < a.size(); ++k) add(' ', a[k]);
  return out;
}

base::Result<std::string> moved_to_namespace(std::string_view source, std::string_view namespace_) {
  constexpr std::string_view key = "namespace:";
  size_t at = 0;
  while (at < source.size()) {
    const size_t end = std::min(source.find('\n', at), source.size());
    if (source.substr(at, end - at).starts_with(key)) {
      std::string out(source.substr(0, at + key.size()));
      out += ' ';
      constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
      if (namespace_.find_first_not_of(plain) == std::string_view::npos) {
        out += namespace_;
      } else {
        syntax::append_json_string(out, namespace_);
      }
      return out + std::string(source.substr(end));
    }
    at = end + 1;
  }
  return base::fail(base::Error(wrong_usage, "the flow has no line `namespace: …`, so it cannot be moved")
                        .with_hint("write the namespace on a line of its own"));
}

}  // namespace gyr::cli
