#include <re2/re2.h>

#include "text/errors.h"
#include "text/regex_engine.h"

namespace gyr::text {
namespace {

// A pattern that compiles to more than this is refused; RE2's own default.
constexpr int64_t program_bytes = 8 << 20;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

class LinearRegex final : public RegexEngine {
 public:
  explicit LinearRegex(const std::string& pattern) : compiled_(pattern, options()) {}
  const re2::RE2& compiled() const { return compiled_; }

  std::vector<std::string> group_names() const override {
    std::vector<std::string> names(static_cast<size_t>(compiled_.NumberOfCapturingGroups()) + 1);
    for (const auto& [group, name] : compiled_.CapturingGroupNames()) names[static_cast<size_t>(group)] = name;
    return names;
  }

  Found find(std::string_view text, size_t from, size_t /*nth*/, std::vector<std::string_view>& groups) const override {
    std::vector<re2::StringPiece> found(groups.size());
    if (!compiled_.Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, found.data(),
                         static_cast<int>(found.size()))) {
      return Found::no;
    }
    for (size_t i = 0; i < groups.size(); ++i) groups[i] = {found[i].data(), found[i].size()};
    return Found::yes;
  }

  Found match_whole(std::string_view text) const override {
    return re2::RE2::FullMatch(piece(text), compiled_) ? Found::yes : Found::no;
  }

 private:
  static re2::RE2::Options options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(program_bytes);
    return options;
  }
  re2::RE2 compiled_;
};

}  // namespace

base::Result<std::unique_ptr<RegexEngine>> linear_regex(const std::string& re2_pattern) {
  auto engine = std::make_unique<LinearRegex>(re2_pattern);
  if (!engine->compiled().ok()) return base::fail(evaluation_failed, engine->compiled().error());
  return engine;
}

}  // namespace gyr::text
