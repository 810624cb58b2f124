// Java's DateTimeFormatter: patterns into items, items into texts and back (EXPR-249, EXPR-250).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "text/locale_text.h"
#include "text/moment.h"

namespace gyr::expression {

/// One element of a compiled pattern.
struct PatternItem {
  enum class Kind : uint8_t {
    literal,
    field,           ///< a pattern letter
    optional_begin,  ///< `[`
    optional_end,    ///< `]`
    second_part,     ///< `:ss` with a fraction, left out when parsing (ISO times)
    offset_iso,      ///< `Z` or `+02:00`
    zone_region,     ///< `[Europe/Paris]`
    offset_rfc,      ///< `GMT` or `+0200`
    instant,         ///< ISO instant in UTC
    styled,          ///< a localized style
  };
  Kind kind = Kind::literal;
  char letter = 0;
  uint8_t count = 0;
  uint8_t pad = 0;  ///< width to fill with blanks (letter p)
  std::string text;
  text::LocaleText::Style style = text::LocaleText::Style::full;
};

/// A compiled pattern. Immutable, safe on any thread.
class DatePattern {
 public:
  /// A format name or pattern letters. From a small cache of this thread.
  static base::Result<std::shared_ptr<const DatePattern>> compile(std::string_view format);
  /// ISO date-times as input of the date filters: with or without zone or offset.
  static const DatePattern& iso_input();
  static const DatePattern& iso_date_input();

  base::Result<std::string> format(const text::Moment& moment, const text::LocaleText& locale) const;

  /// What a text says; the caller decides which zone fills what it leaves out.
  struct Parsed {
    int64_t day = 0;                      ///< since 1970-01-01
    std::optional<int64_t> nanos_of_day;  ///< may be a whole day: 24:00
    std::optional<text::Zone> zone;       ///< a region
    std::optional<int32_t> offset;
  };
  base::Result<Parsed> parse(std::string_view text) const;

 private:
  friend class PatternCompiler;
  std::vector<PatternItem> items_;
  bool ignores_case_ = false;
  bool strict_ = false;  ///< dates that do not exist are refused instead of moved to the end of the month
};

/// The digits of number fields: how many at least and at most, and whether the count is fixed.
struct FieldWidth {
  uint8_t least = 1;
  uint8_t most = 19;
  bool fixed = false;
};
/// Whether the item prints a number; its width.
std::optional<FieldWidth> number_width(const PatternItem& item);

}  // namespace gyr::expression
