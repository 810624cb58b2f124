#include "model/uri.h"

#include "base/text.h"
#include "model/errors.h"

namespace gyr::model {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Walks over one address and remembers the first mistake.
class UriCheck {
 public:
  explicit UriCheck(std::string_view text) : text_(text) {}

  base::Result<void> run() {
    if (text_.empty()) return fail("Expected authority", 0);
    size_t at = 0;
    const size_t colon = text_.find_first_of(":/?#");
    bool absolute = false;
    if (colon != text_.npos && text_[colon] == ':') {
      if (colon == 0) return fail("Expected scheme name", 0);
      for (size_t i = 0; i < colon; ++i) {
        const char c = text_[i];
        const bool good = is_letter(c) || (i != 0 && (is_digit(c) || c == '+' || c == '-' || c == '.'));
        if (!good) return fail("Illegal character in scheme name", i);
      }
      at = colon + 1;
      absolute = true;
      if (at == text_.size()) return fail("Expected scheme-specific part", at);
      if (text_[at] != '/') {
        const size_t end = std::min(text_.find('#', at), text_.size());
        GYR_CHECK(check_part("opaque part", at, end, "/?:@&=+$,;[]"));
        return check_fragment(end);
      }
    }
    GYR_CHECK(check_hierarchical(at));
    if (!absolute) return base::fail(refused_input, "Invalid URI format.");
    return {};
  }

 private:
  base::Result<void> check_hierarchical(size_t at) {
    if (text_.substr(at).starts_with("//")) {
      at += 2;
      const size_t end = std::min(text_.find_first_of("/?#", at), text_.size());
      if (at == end && end == text_.size()) return fail("Expected authority", at);
      GYR_CHECK(check_authority(at, end));
      at = end;
    }
    const size_t path_end = std::min(text_.find_first_of("?#", at), text_.size());
    GYR_CHECK(check_part("path", at, path_end, "/:@&=+$,;"));
    if (path_end == text_.size() || text_[path_end] == '#') return check_fragment(path_end);
    const size_t query_end = std::min(text_.find('#', path_end), text_.size());
    GYR_CHECK(check_part("query", path_end + 1, query_end, "/?:@&=+$,;[]"));
    return check_fragment(query_end);
  }

  base::Result<void> check_authority(size_t at, size_t end) {
    const size_t bracket = text_.substr(0, end).find('[', at);
    if (bracket != text_.npos && text_.substr(0, end).find(']', bracket) == text_.npos) {
      return fail("Expected closing bracket for IPv6 address", end);
    }
    return check_part("authority", at, end, ":@&=+$,;[]");
  }

  base::Result<void> check_fragment(size_t hash) {
    if (hash >= text_.size()) return {};
    return check_part("fragment", hash + 1, text_.size(), "/?:@&=+$,;[]");
  }

  base::Result<void> check_part(std::string_view name, size_t begin, size_t end, std::string_view also) {
    constexpr std::string_view marks = "-_.!~*'()";
    for (size_t i = begin; i < end; ++i) {
      const char c = text_[i];
      if (is_letter(c) || is_digit(c) || marks.find(c) != marks.npos || also.find(c) != also.npos) continue;
      if (static_cast<unsigned char>(c) >= 0x80) continue;
      if (c != '%') return fail(fmt::format("Illegal character in {}", name), i);
      if (i + 2 >= text_.size() || !is_hex(text_[i + 1]) || !is_hex(text_[i + 2]))
        return fail("Malformed escape pair", i);
      i += 2;
    }
    return {};
  }

  std::unexpected<base::Error> fail(std::string_view what, size_t index) const {
    return base::fail(refused_input,
                      fmt::format("{} at index {}: {}", what, base::code_points(text_.substr(0, index)), text_));
  }

  std::string_view text_;
};

}  // namespace

base::Result<void> check_uri(std::string_view text) { return UriCheck(text).run(); }

}  // namespace gyr::model
