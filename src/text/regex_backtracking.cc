#include <oniguruma.h>

#include <algorithm>
#include <mutex>

#include "text/errors.h"
#include "text/regex_engine.h"

namespace gyr::text {
namespace {

/// Steps back that one search may take; well under a second, far beyond what an honest pattern needs (EXPR-165,
/// FLOW-24).
constexpr unsigned long max_retries = 5'000'000;
/// What is left for each of many searches of one operation, so that all of them together take some seconds at most.
constexpr unsigned long min_retries = 500;
/// Searches of one operation.
constexpr size_t max_searches = 1'000'000;
/// Longer patterns are refused: they have no real use, and compiling them takes more than linear time.
constexpr size_t max_pattern = 32 * 1024;

using Param = std::unique_ptr<OnigMatchParam, void (*)(OnigMatchParam*)>;
using Region = std::unique_ptr<OnigRegion, void (*)(OnigRegion*)>;

const OnigUChar* bytes(std::string_view text) { return reinterpret_cast<const OnigUChar*>(text.data()); }

Param bounded(unsigned long retries) {
  Param param(onig_new_match_param(), onig_free_match_param);
  onig_initialize_match_param(param.get());
  onig_set_retry_limit_in_match_of_match_param(param.get(), retries);
  onig_set_retry_limit_in_search_of_match_param(param.get(), retries);
  return param;
}

class BacktrackingRegex final : public RegexEngine {
 public:
  BacktrackingRegex(OnigRegex part, OnigRegex whole) : part_(part, onig_free), whole_(whole, onig_free) {}

  std::vector<std::string> group_names() const override {
    std::vector<std::string> names(static_cast<size_t>(onig_number_of_captures(part_.get())) + 1);
    onig_foreach_name(
        part_.get(),
        [](const OnigUChar* begin, const OnigUChar* end, int count, int* groups, OnigRegex, void* out) {
          auto& all = *static_cast<std::vector<std::string>*>(out);
          for (int i = 0; i < count; ++i) all[static_cast<size_t>(groups[i])].assign(begin, end);
          return 0;
        },
        &names);
    return names;
  }

  Found find(std::string_view text, size_t from, size_t nth, std::vector<std::string_view>& groups) const override {
    if (nth > max_searches) return Found::gave_up;
    Param param = bounded(std::max(max_retries / nth, min_retries));
    Region region(onig_region_new(), [](OnigRegion* done) { onig_region_free(done, 1); });
    const OnigUChar* begin = bytes(text);
    const OnigUChar* end = begin + text.size();
    int place =
        onig_search_with_param(part_.get(), begin, end, begin + from, end, region.get(), ONIG_OPTION_NONE, param.get());
    if (place == ONIG_MISMATCH) return Found::no;
    if (place < 0) return Found::gave_up;
    for (size_t i = 0; i < groups.size(); ++i) {
      groups[i] = {};
      if (i >= static_cast<size_t>(region->num_regs) || region->beg[i] < 0) continue;
      groups[i] =
          text.substr(static_cast<size_t>(region->beg[i]), static_cast<size_t>(region->end[i] - region->beg[i]));
    }
    return Found::yes;
  }

  Found match_whole(std::string_view text) const override {
    Param param = bounded(max_retries);
    const OnigUChar* begin = bytes(text);
    int length =
        onig_match_with_param(whole_.get(), begin, begin + text.size(), begin, nullptr, ONIG_OPTION_NONE, param.get());
    if (length == ONIG_MISMATCH) return Found::no;
    if (length < 0) return Found::gave_up;
    return static_cast<size_t>(length) == text.size() ? Found::yes : Found::no;
  }

 private:
  std::unique_ptr<OnigRegexType, void (*)(OnigRegex)> part_;
  std::unique_ptr<OnigRegexType, void (*)(OnigRegex)> whole_;
};

base::Result<OnigRegex> compile(std::string_view pattern) {
  OnigRegex compiled = nullptr;
  OnigErrorInfo info;
  int status = onig_new(
      &compiled, bytes(pattern), bytes(pattern) + pattern.size(),
      ONIG_OPTION_WORD_IS_ASCII | ONIG_OPTION_DIGIT_IS_ASCII | ONIG_OPTION_SPACE_IS_ASCII | ONIG_OPTION_CAPTURE_GROUP,
      ONIG_ENCODING_UTF8, ONIG_SYNTAX_JAVA, &info);
  if (status == ONIG_NORMAL) return compiled;
  OnigUChar text[ONIG_MAX_ERROR_MESSAGE_LEN];
  int length = onig_error_code_to_str(text, status, &info);
  return base::fail(evaluation_failed, std::string(reinterpret_cast<const char*>(text), static_cast<size_t>(length)));
}

}  // namespace

base::Result<std::unique_ptr<RegexEngine>> backtracking_regex(std::string_view java_pattern) {
  static std::once_flag initialised;
  std::call_once(initialised, [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
  });
  if (java_pattern.size() > max_pattern)
    return base::fail(evaluation_failed, fmt::format("it is longer than {} bytes", max_pattern));
  GYR_TRY(OnigRegex part, compile(java_pattern));
  auto whole = compile(fmt::format("(?:{})\\z", java_pattern));
  if (!whole) {
    onig_free(part);
    return base::fail(whole.error());
  }
  return std::make_unique<BacktrackingRegex>(part, *whole);
}

}  // namespace gyr::text
