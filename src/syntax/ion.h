// Amazon Ion texts into values and out of them: row files, KV values, `toIon` and `fromIon` (STOR-12, EXPR-222,
// EXPR-282).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::syntax {

inline constexpr base::ErrorCode ion_malformed{"GYR-J003"};

/// Beyond these a text is refused with GYR-J003.
struct IonLimits {
  size_t bytes = 256 * 1024 * 1024;
  uint32_t depth = 200;
};

/// Reads the values of one Ion text one after another; JSON texts are also Ion. Integers become narrow if they fit 32
/// bits, otherwise int64, otherwise decimals. Decimals (`1.5`, `15d-1`) become decimals; floats (`1.5e0`) doubles;
/// timestamps of any precision instants; symbols, clobs and the base64 text of blobs strings; s-expressions lists;
/// typed nulls null. Annotations, `$ion_1_0` and symbol tables are skipped. Of a repeated field, the last value wins,
/// at the position of the first. Use one reader per text, on one thread; after an error it returns nothing more. Errors
/// contain line and column, also in the message.
class IonReader {
 public:
  explicit IonReader(std::string_view text, const IonLimits& limits = {});

  /// The next value; nothing at the end of the text.
  base::Result<std::optional<base::Value>> next();

 private:
  bool read_value(uint32_t depth, base::Value& out);
  bool skip_annotations(bool& annotated);
  bool read_null(base::Value& out);
  bool read_number(base::Value& out);
  bool read_based_integer(bool negative, base::Value& out);
  bool read_timestamp(base::Value& out);
  bool read_timestamp_time(int64_t days, base::Value& out);
  bool read_lob(base::Value& out);
  bool read_sequence(uint32_t depth, char close, base::Value& out);
  bool read_operator(base::Value& out);
  bool read_struct(uint32_t depth, base::Value& out);
  bool read_field_name(std::string& out);
  bool read_quoted(char quote, std::string& out);
  bool read_long_string(std::string& out);
  bool read_escape(std::string& out);
  bool read_hex(size_t digits, uint32_t& out);
  std::string_view read_identifier();

  bool skip_space();
  bool at_end() const { return at_ >= text_.size(); }
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool starts_with(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool accept(char c);
  bool ends_value() const;
  bool two_digits(int64_t least, int64_t most, int64_t& out);
  bool fail(size_t offset, std::string message);
  bool unexpected(std::string_view expected);
  base::Error error() const;

  std::string_view text_;
  IonLimits limits_;
  size_t at_ = 0;
  bool failed_ = false;
  size_t problem_offset_ = 0;
  std::string problem_;
};

/// One row of Ion text, without line breaks: strings quoted, field names bare where they may be, doubles with an
/// exponent, instants as timestamps with milliseconds, durations as seconds with nine fraction digits, other dates and
/// times as strings (EXPR-16, EXPR-222).
std::string write_ion(const base::Value& value);
void append_ion(std::string& out, const base::Value& value);

}  // namespace gyr::syntax
