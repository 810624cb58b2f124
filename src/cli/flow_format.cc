#include "cli/flow_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "cli/errors.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::cli {
namespace {

using syntax::Node;

constexpr size_t step = 2;

size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

std::string_view without_trailing_blanks(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t\r");
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

bool is_dash(std::string_view rest) { return rest == "-" || rest.starts_with("- "); }

/// How a line that is not the first one of its value is treated.
enum class Inside : uint8_t { no, block_scalar, other };

/// Formats one document. Lines are moved by the levels they belong to: `levels_` has the old and the new column of each
/// open mapping or sequence.
class Formatter {
 public:
  Formatter(std::string_view text, const Node& root) : lines_(base::split(text, '\n')), inside_(lines_.size() + 2) {
    text_ = text;
    mark(root);
  }

  std::string format() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      std::string_view line = lines_[i];
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (inside_[i + 1] == Inside::block_scalar) {
        add_block_line(line);
      } else if (inside_[i + 1] == Inside::other) {
        add_moved(line);
      } else if (const std::string_view content = base::trim(line); content.empty() || content.starts_with('#')) {
        waiting_.push_back(line);
      } else {
        add_first_line(without_trailing_blanks(line), i);
      }
    }
    flush_waiting(0, 0);
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  struct Level {
    size_t old_column;
    size_t new_column;
    bool sequence;
  };

  /// Notes the lines after the first one of scalars, and of collections in brackets.
  void mark(const Node& node) {
    const syntax::Span& span = node.span();
    const char first = span.offset < text_.size() ? text_[span.offset] : '\0';
    const bool brackets = !node.is_scalar() && (first == '{' || first == '[');
    if (span.end_line > span.line && (node.is_scalar() || brackets)) {
      const bool block = node.is_scalar() && (first == '|' || first == '>');
      for (size_t line = span.line + 1; line <= span.end_line && line < inside_.size(); ++line)
        inside_[line] = block ? Inside::block_scalar : Inside::other;
    }
    if (brackets) return;
    for (const auto& item : node.items()) mark(*item);
    for (const auto& entry : node.entries()) mark(*entry.value);
  }

  /// Comments and blank lines before a line that moves from one column to another.
  void flush_waiting(size_t old_column, size_t new_column) {
    for (std::string_view line : waiting_) {
      const std::string_view content = base::trim(line);
      if (content.empty()) {
        if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
        continue;
      }
      size_t column = new_column;
      // A comment that is deeper than the next line belongs to the lines before it.
      if (const size_t own = indent_of(line); own > old_column) {
        auto level = std::ranges::find(levels_, own, &Level::old_column);
        if (level != levels_.end()) column = level->new_column;
      }
      out_.append(column, ' ').append(content) += '\n';
    }
    waiting_.clear();
  }

  /// The level of a key, an item or a value at this column.
  size_t enter(size_t column, bool sequence) {
    const auto closed = [&] {
      if (levels_.empty()) return false;
      const Level& last = levels_.back();
      return last.old_column > column || (last.old_column == column && last.sequence && !sequence);
    };
    while (closed()) levels_.pop_back();
    if (levels_.empty()) {
      levels_.push_back({column, 0, sequence});
    } else if (levels_.back().old_column != column || levels_.back().sequence != sequence) {
      // Deeper, or the items of a list that stand below their key without indentation.
      levels_.push_back({column, levels_.back().new_column + step, sequence});
    }
    return levels_.back().new_column;
  }

  void add_first_line(std::string_view line, size_t number) {
    size_t column = indent_of(line);
    std::string_view rest = line.substr(column);
    // The comments before it belong to the levels that are open before the line closes some.
    const std::vector<Level> before = levels_;
    const size_t new_column = enter(column, is_dash(rest));
    const std::vector<Level> after = std::exchange(levels_, before);
    flush_waiting(column, new_column);
    levels_ = after;
    out_.append(new_column, ' ');
    size_t at = new_column;
    bool behind_dash = false;
    while (is_dash(rest)) {
      const size_t content = std::min(rest.find_first_not_of(' ', 1), rest.size());
      out_ += '-';
      rest.remove_prefix(content);
      column += content;
      at += step;
      if (rest.empty()) break;
      out_ += ' ';
      behind_dash = true;
      if (rest.starts_with('#')) break;
      levels_.push_back({column, at, is_dash(rest)});
    }
    (out_ += rest) += '\n';
    moved_ = static_cast<std::ptrdiff_t>(at) - static_cast<std::ptrdiff_t>(column);
    // For the lines of a scalar or of brackets that begin here.
    least_ = levels_.back().new_column + step;
    const bool scalar_of_dash = behind_dash && (rest.starts_with('|') || rest.starts_with('>'));
    block_ = {.from = block_indent(number + 1), .to = scalar_of_dash ? levels_.back().new_column : least_};
    if (has_indicator(rest)) block_.to = static_cast<size_t>(static_cast<std::ptrdiff_t>(block_.from) + moved_);
  }

  /// `|2`: the text says how deep it is.
  static bool has_indicator(std::string_view rest) {
    const size_t bar = rest.find_last_of("|>");
    return bar != std::string_view::npos && rest.find_first_of("123456789", bar) != std::string_view::npos;
  }

  /// The smallest indentation of the lines of a block scalar.
  size_t block_indent(size_t number) const {
    std::optional<size_t> least;
    for (size_t i = number; i < lines_.size() && inside_[i + 1] == Inside::block_scalar; ++i) {
      if (base::trim(lines_[i]).empty()) continue;
      least = std::min(least.value_or(SIZE_MAX), indent_of(lines_[i]));
    }
    return least.value_or(0);
  }

  void add_block_line(std::string_view line) {
    if (line.size() > block_.from) out_.append(block_.to, ' ').append(line.substr(block_.from));
    out_ += '\n';
  }

  void add_moved(std::string_view line) {
    const size_t column = indent_of(line);
    const std::string_view rest = without_trailing_blanks(line.substr(column));
    const std::ptrdiff_t wanted = static_cast<std::ptrdiff_t>(column) + moved_;
    if (!rest.empty()) {
      const bool closes = rest.starts_with('}') || rest.starts_with(']');
      const size_t least = closes ? least_ - step : least_;
      out_.append(std::max(wanted > 0 ? static_cast<size_t>(wanted) : 0, least), ' ').append(rest);
    }
    out_ += '\n';
  }

  std::string_view text_;
  std::vector<std::string_view> lines_;
  std::vector<Inside> inside_;  // by number of the line, from 1
  std::vector<Level> levels_;
  std::vector<std::string_view> waiting_;
  std::string out_;
  std::ptrdiff_t moved_ = 0;
  size_t least_ = 0;
  struct {
    size_t from = 0, to = 0;
  } block_;
};

base::Result<std::string> format_document(std::string_view text) {
  GYR_TRY(const syntax::NodePtr before, syntax::parse_yaml(text));
  std::string formatted = Formatter(text, *before).format();
  auto after = syntax::parse_yaml(formatted);
  if (!after || syntax::write_json((*after)->to_value()) != syntax::write_json(before->to_value()))
    return base::fail(base::Error(cannot_format, "the file cannot be formatted without a change of its values")
                          .with_hint("write the values in the usual form, `key: value`; the file is kept as it is"));
  return formatted;
}

}  // namespace

base::Result<std::string> format_flow(std::string_view text) {
  // The lines between two documents stay; a document without content is comments only.
  std::string out;
  std::string document;
  auto finish = [&]() -> base::Result<void> {
    GYR_TRY(const std::string formatted, format_document(document));
    out += formatted;
    document.clear();
    return {};
  };
  const auto lines = base::split(text, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view bare = without_trailing_blanks(lines[i]);
    if (bare == "---" || bare.starts_with("--- #")) {
      GYR_CHECK(finish());
      (out += bare) += '\n';
      continue;
    }
    document += lines[i];
    if (i + 1 < lines.size()) document += '\n';
  }
  GYR_CHECK(finish());
  return out;
}

}  // namespace gyr::cli
