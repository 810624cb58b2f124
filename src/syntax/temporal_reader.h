// The scanner behind the parsers of dates and times.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "syntax/calendar.h"

namespace gyr::syntax {

/// Reads the parts of one text from left to right. The function of an invalid part returns false; the problem and its
/// position are kept for error(). Use one reader per text, on one thread.
class TemporalReader {
 public:
  explicit TemporalReader(std::string_view text) : text_(text) {}

  struct Time {
    int64_t nanos_of_day = 0;
    bool next_day = false;  ///< it was 24:00
  };

  /// `YYYY-MM-DD`; years of five to nine digits carry a sign.
  bool date(CivilDate& out);
  /// `HH:MM[:SS[.fraction]]`; `day_end` also takes 24:00 and second 60 of the last minute of a day.
  bool time(Time& out, bool day_end);
  /// `Z`, `+HH`, `+HH:MM`, `+HH:MM:SS`, at most 18 hours; nothing if there is no offset. `blank_is_plus` for API-24.
  bool offset(std::optional<int32_t>& out, bool blank_is_plus);
  /// `[Europe/Paris]`, unchecked; empty if there is none.
  bool zone(std::string_view& out);
  /// The date and the time are separated by `T`.
  bool separator();
  /// Nothing is left.
  bool end();

  bool at_end() const { return at_ == text_.size(); }
  /// Fails at the current place.
  bool fail();
  /// Fails with a reason: the form was right, the value cannot be.
  bool fail(std::string reason);
  base::Error error() const;

 private:
  bool digits(size_t count, int64_t& out);
  bool accept(char c);
  bool year(int64_t& out);

  std::string_view text_;
  size_t at_ = 0;
  std::optional<size_t> failed_at_;
  std::string reason_;
};

}  // namespace gyr::syntax
