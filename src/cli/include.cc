#include "cli/include.h"

#include "base/text.h"
#include "cli/errors.h"

namespace gyr::cli {
namespace {

constexpr std::string_view opening = "[[>";
constexpr std::string_view closing = "]]";

/// Expands the includes of one file, within limits.
class Expander {
 public:
  explicit Expander(const Console& console) : console_(console) {}

  base::Result<std::string> expand(std::string_view text, const std::filesystem::path& folder, const std::string& name,
                                   int depth) {
    std::string out;
    uint32_t number = 0;
    for (size_t begin = 0; begin < text.size();) {
      size_t end = std::min(text.find('\n', begin), text.size());
      size_t behind = std::min(end + 1, text.size());
      ++number;
      std::string_view line = text.substr(begin, end - begin);
      if (line.find(opening) == std::string_view::npos) {
        out += text.substr(begin, behind - begin);
      } else {
        auto expanded = expand_line(line, folder, depth);
        if (!expanded)
          return base::fail(expanded.error().place() != nullptr ? expanded.error()
                                                                : expanded.error().with_place({name, number, 1, 0}));
        out += *expanded;
        out += text.substr(end, behind - end);
      }
      begin = behind;
    }
    return out;
  }

 private:
  /// Expands a line with at least one `[[>`.
  base::Result<std::string> expand_line(std::string_view line, const std::filesystem::path& folder, int depth) {
    std::string out;
    for (;;) {
      size_t open = line.find(opening);
      if (open == std::string_view::npos) return out + std::string(line);
      if (open > 0 && line[open - 1] == '\\') {
        out += line.substr(0, open - 1);
        out += opening;
        line.remove_prefix(open + opening.size());
        continue;
      }
      size_t close = line.find(closing, open);
      if (close == std::string_view::npos) return out + std::string(line);
      out += line.substr(0, open);
      std::string path(base::trim(line.substr(open + opening.size(), close - open - opening.size())));
      line.remove_prefix(close + closing.size());
      GYR_TRY(std::string content, read(path, folder, depth));
      bool alone = base::trim(line).empty();
      GYR_CHECK(fits(content, alone ? out.size() : 0));
      if (alone) return out + with_prefix(content, out);
      out += content;
    }
  }

  base::Result<std::string> read(const std::string& path, const std::filesystem::path& folder, int depth) {
    if (path.empty()) return base::fail(bad_include, "`[[> ]]` has no path");
    if (depth >= include_depth_limit) {
      return base::fail(base::Error(bad_include, fmt::format("`[[> {}]]` is nested more than {} levels deep", path,
                                                             include_depth_limit))
                            .with_hint("check whether a file includes itself"));
    }
    std::filesystem::path file = folder / path;
    auto content = read_input(file.string(), console_);
    if (!content)
      return base::fail(base::Error(bad_include, fmt::format("`[[> {}]]`: {}", path, content.error().message()))
                            .with_hint("the path is relative to the folder of the including file"));
    GYR_TRY(std::string expanded, expand(*content, file.parent_path(), file.string(), depth + 1));
    while (expanded.ends_with('\n') || expanded.ends_with('\r')) expanded.pop_back();
    return expanded;
  }

  /// Counts the included bytes: a file can be included many times, and each of its lines gets the prefix of the
  /// include.
  base::Result<void> fits(std::string_view content, size_t prefix_bytes) {
    total_bytes_ += content.size() + 1 + prefix_bytes * static_cast<size_t>(std::ranges::count(content, '\n'));
    if (total_bytes_ <= read_limit_bytes) return {};
    return base::fail(bad_include,
                      fmt::format("the included files together are larger than {} MB", read_limit_bytes >> 20));
  }

  /// Puts the text before the include in front of every line but the first.
  static std::string with_prefix(std::string_view content, std::string_view prefix) {
    // If the prefix itself has several lines by now, use the last one.
    if (size_t line = prefix.rfind('\n'); line != std::string_view::npos) prefix.remove_prefix(line + 1);
    std::string out;
    for (char c : content) {
      out += c;
      if (c == '\n') out += prefix;
    }
    return out;
  }

  const Console& console_;
  size_t total_bytes_ = 0;
};

}  // namespace

base::Result<std::string> expand_includes(std::string text, const std::filesystem::path& folder,
                                          const std::string& name, const Console& console) {
  if (text.find(opening) == std::string::npos) return text;
  return Expander(console).expand(text, folder, name, 0);
}

}  // namespace gyr::cli
