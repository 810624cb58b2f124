// Names of months, days and zones in people's languages (EXPR-250), by ICU except for English.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "text/moment.h"

namespace gyr::text {

enum class TextWidth : uint8_t { narrow, abbreviated, wide };

/// The names that one locale uses. Immutable, shared by all threads.
class LocaleText {
 public:
  virtual ~LocaleText() = default;
  /// `de-DE`, `de_DE`, `fr`; an unknown name returns the root locale. From a small cache of this thread.
  static std::shared_ptr<const LocaleText> find(std::string_view name);
  static std::shared_ptr<const LocaleText> english();

  virtual std::string month(uint32_t month, TextWidth width, bool standalone) const = 0;
  virtual std::string day_of_week(uint32_t iso_day, TextWidth width, bool standalone) const = 0;
  virtual std::string quarter(uint32_t quarter, TextWidth width, bool standalone) const = 0;
  virtual std::string half_of_day(bool afternoon) const = 0;
  /// `in the morning`, `noon` (pattern letter B).
  virtual std::string day_period(const Moment& moment, TextWidth width) const = 0;
  virtual std::string era(bool common_era, TextWidth width) const = 0;
  virtual std::string zone_name(const Moment& moment, bool generic) const = 0;
  /// The styles full, long, medium, short of date and time.
  enum class Style : uint8_t { full, long_, medium, short_ };
  virtual std::string styled(const Moment& moment, Style style) const = 0;
  virtual const WeekRule& weeks() const = 0;
};

}  // namespace gyr::text
