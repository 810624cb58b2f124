// Rows of Ion text files, for previews (STOR-12, STOR-52).
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::web {

/// Reads one Ion text value after the other, for display: symbols are strings, timestamps, blobs and clobs keep their
/// text, annotations are omitted, decimals stay exact. JSON is a subset of Ion text.
class IonRows {
 public:
  explicit IonRows(std::string_view text) : text_(text) {}

  /// The next value; nothing at the end. An error contains the byte offset and is final. A value that is cut off at the
  /// end of the text is an error too: at_cut() then returns true.
  base::Result<std::optional<base::Value>> next();
  bool at_cut() const { return cut_; }
  /// After the last value.
  size_t position() const { return at_; }

 private:
  base::Result<base::Value> value(uint32_t depth);
  base::Result<base::Value> scalar();
  base::Result<base::Value> list(char close, uint32_t depth);
  base::Result<base::Value> structure(uint32_t depth);
  base::Result<std::string> quoted(char quote);
  base::Result<std::string> long_text();
  base::Result<base::Value> number_or_word(std::string_view token);
  base::Result<base::Value> blob();
  std::string_view token();
  void skip();
  bool at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  std::unexpected<base::Error> fail(std::string_view what);

  std::string_view text_;
  size_t at_ = 0;
  bool cut_ = false;
};

}  // namespace gyr::web
