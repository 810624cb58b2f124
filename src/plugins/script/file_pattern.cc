#include "plugins/script/file_pattern.h"

namespace gyr::plugins::script {
namespace {

constexpr std::string_view regex_special = "\\^$.|?*+()[]{}";

void append_literal(std::string& out, char character) {
  if (regex_special.find(character) != std::string_view::npos) out += '\\';
  out += character;
}

/// Reads a glob once, left to right.
class GlobReader {
 public:
  explicit GlobReader(std::string_view glob) : glob_(glob) {}

  base::Result<std::string> read() {
    while (at_ < glob_.size()) GYR_CHECK(step());
    if (in_group_) return bad("the `{` is not closed");
    return std::move(out_);
  }

 private:
  std::unexpected<base::Error> bad(std::string_view reason) const {
    return base::fail(bad_file_pattern, std::string(reason));
  }

  base::Result<void> step() {
    char character = glob_[at_++];
    switch (character) {
      case '\\':
        if (at_ == glob_.size()) return bad("there is no character after the last `\\`");
        append_literal(out_, glob_[at_++]);
        return {};
      case '*':
        if (at_ < glob_.size() && glob_[at_] == '*') {
          at_ += 1;
          out_ += "(?s:.*)";
        } else {
          out_ += "[^/]*";
        }
        return {};
      case '?': out_ += "[^/]"; return {};
      case '[': return read_class();
      case '{':
        if (in_group_) return bad("groups cannot be nested");
        in_group_ = true;
        out_ += "(?:(?:";
        return {};
      case '}':
        if (in_group_) {
          in_group_ = false;
          out_ += "))";
        } else {
          append_literal(out_, character);
        }
        return {};
      case ',': out_ += in_group_ ? ")|(?:" : ","; return {};
      default: append_literal(out_, character); return {};
    }
  }

  /// After `[`. The characters never match a `/`.
  base::Result<void> read_class() {
    std::string set;
    bool negated = at_ < glob_.size() && glob_[at_] == '!';
    if (negated) at_ += 1;
    size_t begin = at_;
    for (;; ++at_) {
      if (at_ == glob_.size()) return bad("the `[` is not closed");
      char character = glob_[at_];
      if (character == '/') return bad("a `[…]` cannot contain a `/`");
      if (character == ']' && at_ > begin) break;
      bool range = character == '-' && at_ > begin && at_ + 1 < glob_.size() && glob_[at_ + 1] != ']';
      if (range && glob_[at_ + 1] < glob_[at_ - 1]) return bad("the start of a range in `[…]` is greater than its end");
      if (!range && std::string_view("\\^[]&-").find(character) != std::string_view::npos) set += '\\';
      set += character;
    }
    if (at_ == begin) return bad("a `[…]` is empty");
    at_ += 1;
    out_ += negated ? fmt::format("[^/{}]", set) : fmt::format("[{}]", set);
    return {};
  }

  std::string_view glob_;
  size_t at_ = 0;
  bool in_group_ = false;
  std::string out_;
};

std::unexpected<base::Error> refused(std::string_view pattern, std::string_view reason) {
  return base::fail(bad_file_pattern, fmt::format("`{}` is not a valid file pattern: {}", pattern, reason));
}

}  // namespace

base::Result<std::string> regex_of_glob(std::string_view glob) { return GlobReader(glob).read(); }

base::Result<FilePattern> FilePattern::compile(std::string_view text, std::string_view regex) {
  auto compiled = model::Regex::compile(regex);
  if (!compiled) return refused(text, compiled.error().message());
  return FilePattern(text, *std::move(compiled));
}

base::Result<FilePattern> FilePattern::compile_glob(std::string_view text, std::string_view literal_start,
                                                    std::string_view glob) {
  std::string whole;
  for (char character : literal_start) append_literal(whole, character);
  auto regex = regex_of_glob(glob);
  if (!regex) return refused(text, regex.error().message());
  return compile(text, whole + *regex);
}

base::Result<FilePattern> FilePattern::in_directory(std::string_view pattern, std::string_view directory) {
  if (pattern.starts_with("regex:")) return compile(pattern, pattern.substr(6));
  if (pattern.starts_with("glob:")) return compile_glob(pattern, {}, pattern.substr(5));
  std::string_view relative = pattern;
  while (relative.starts_with("./")) relative.remove_prefix(2);
  return compile_glob(pattern, std::string(directory) + "/", relative);
}

base::Result<FilePattern> FilePattern::of_namespace(std::string_view pattern) {
  if (pattern.starts_with("regex:")) return compile(pattern, pattern.substr(6));
  std::string glob(pattern.starts_with("glob:") ? pattern.substr(5) : pattern);
  bool word = !pattern.starts_with("glob:") && !pattern.empty() &&
              (std::isalnum(static_cast<unsigned char>(pattern.front())) != 0 || pattern.front() == '_');
  if (word) glob.insert(0, "**/");
  return compile_glob(pattern, {}, glob);
}

bool looks_like_pattern(std::string_view text) {
  return text.starts_with("glob:") || text.starts_with("regex:") ||
         text.find_first_of("*?[]{}") != std::string_view::npos;
}

}  // namespace gyr::plugins::script
