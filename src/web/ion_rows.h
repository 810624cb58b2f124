// Rows of Ion text files, as previews show them (STOR-12, STOR-52).
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::web {

/// Reads one Ion text value after the other, for people to look at: symbols are texts, timestamps, blobs and clobs the
/// text they are written as, annotations are left out, decimals stay exact. JSON is a part of Ion text.
class IonRows {
 public:
  explicit IonRows(std::string_view text) : text_(text) {}

  /// The next value; nothing at the end. An error tells the byte; it is final. A value that the text ends within is an
  /// error, too: at_cut() then tells that it was not the value that was wrong.
  base::Result<std::optional<base::Value>> next();
  bool at_cut() const { return cut_; }
  /// Behind the last value.
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
