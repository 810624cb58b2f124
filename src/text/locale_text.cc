#include "text/locale_text.h"

#include <fmt/format.h>
#include <unicode/calendar.h>
#include <unicode/dtfmtsym.h>
#include <unicode/gregocal.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <cmath>
#include <list>

namespace gyr::text {
namespace {

// A thread keeps what these many locales call things.
constexpr size_t cached_locales = 8;

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

icu::UnicodeString wide(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

icu::DateFormatSymbols::DtWidthType icu_width(TextWidth width) {
  switch (width) {
    case TextWidth::narrow: return icu::DateFormatSymbols::NARROW;
    case TextWidth::wide: return icu::DateFormatSymbols::WIDE;
    default: return icu::DateFormatSymbols::ABBREVIATED;
  }
}

icu::DateFormatSymbols::DtContextType icu_context(bool standalone) {
  return standalone ? icu::DateFormatSymbols::STANDALONE : icu::DateFormatSymbols::FORMAT;
}

std::unique_ptr<icu::TimeZone> icu_zone(const Moment& moment) {
  bool plain_offset = moment.zone.is_fixed() && moment.offset != 0;
  bool is_region = !moment.zone.is_fixed() || moment.zone.id() == "GMT";
  std::string id = plain_offset ? "GMT" + offset_text(moment.offset, "") : (is_region ? moment.zone.id() : "UTC");
  return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(wide(id)));
}

/// Java's week rule of a locale: without a country weeks begin on Sunday, even in French.
WeekRule weeks_of(const icu::Locale& locale) {
  WeekRule rule{7, 1};
  if (*locale.getCountry() == 0) return rule;
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::Calendar> calendar(icu::Calendar::createInstance(locale, status));
  if (U_FAILURE(status)) return rule;
  int32_t first = calendar->getFirstDayOfWeek(status);  // 1 is Sunday
  if (U_SUCCESS(status)) rule.first_day = first == UCAL_SUNDAY ? 7 : static_cast<uint32_t>(first - 1);
  rule.min_days = calendar->getMinimalDaysInFirstWeek();
  return rule;
}

/// ICU itself takes the machine's own locale for languages it does not know; ours is the root.
icu::Locale known_locale(const std::string& name) {
  icu::Locale wanted = icu::Locale::createCanonical(name.c_str());
  int32_t count = 0;
  const icu::Locale* known = icu::Locale::getAvailableLocales(count);
  for (int32_t i = 0; i < count; ++i) {
    if (*wanted.getLanguage() != 0 && std::string_view(known[i].getLanguage()) == wanted.getLanguage()) return wanted;
  }
  return icu::Locale::getRoot();
}

class IcuLocaleText final : public LocaleText {
 public:
  explicit IcuLocaleText(const icu::Locale& locale) : locale_(locale), weeks_(weeks_of(locale)) {
    UErrorCode status = U_ZERO_ERROR;
    symbols_ = std::make_unique<icu::DateFormatSymbols>(locale, status);
  }

  std::string month(uint32_t month, TextWidth width, bool standalone) const override {
    int32_t count = 0;
    return element(symbols_->getMonths(count, icu_context(standalone), icu_width(width)), count, month - 1);
  }

  std::string day_of_week(uint32_t iso_day, TextWidth width, bool standalone) const override {
    int32_t count = 0;
    const icu::UnicodeString* names = symbols_->getWeekdays(count, icu_context(standalone), icu_width(width));
    return element(names, count, iso_day % 7 + 1);  // ICU counts from Sunday, from 1
  }

  std::string quarter(uint32_t quarter, TextWidth width, bool standalone) const override {
    int32_t count = 0;
    const icu::UnicodeString* names = symbols_->getQuarters(count, icu_context(standalone), icu_width(width));
    std::string name = element(names, count, quarter - 1);
    return name.empty() ? fmt::format("{}", quarter) : name;
  }

  std::string half_of_day(bool afternoon) const override {
    int32_t count = 0;
    return element(symbols_->getAmPmStrings(count), count, afternoon ? 1 : 0);
  }

  std::string era(bool common_era, TextWidth width) const override {
    int32_t count = 0;
    const icu::UnicodeString* names = nullptr;
    switch (width) {
      case TextWidth::wide: names = symbols_->getEraNames(count); break;
      case TextWidth::narrow: names = symbols_->getNarrowEras(count); break;
      default: names = symbols_->getEras(count);
    }
    return element(names, count, common_era ? 1 : 0);
  }

  std::string day_period(const Moment& moment, TextWidth width) const override {
    std::string_view pattern = width == TextWidth::wide ? "BBBB" : (width == TextWidth::narrow ? "BBBBB" : "B");
    return format(moment, wide(pattern));
  }

  std::string zone_name(const Moment& moment, bool generic) const override {
    if (moment.zone.is_fixed() && moment.offset != 0) return moment.zone.id();
    return format(moment, wide(generic ? "vvvv" : "zzzz"));
  }

  std::string styled(const Moment& moment, Style style) const override {
    icu::DateFormat::EStyle icu_style = icu::DateFormat::kMedium;
    if (style == Style::full) icu_style = icu::DateFormat::kFull;
    if (style == Style::long_) icu_style = icu::DateFormat::kLong;
    if (style == Style::short_) icu_style = icu::DateFormat::kShort;
    icu::UnicodeString date = pattern_of(icu::DateFormat::createDateInstance(icu_style, locale_));
    icu::UnicodeString time = pattern_of(icu::DateFormat::createTimeInstance(icu_style, locale_));
    return format(moment, date + glue() + time);
  }

  const WeekRule& weeks() const override { return weeks_; }

 private:
  static std::string element(const icu::UnicodeString* names, int32_t count, uint32_t index) {
    return names != nullptr && static_cast<int32_t>(index) < count ? utf8(names[index]) : std::string();
  }

  static icu::UnicodeString pattern_of(icu::DateFormat* format) {
    std::unique_ptr<icu::DateFormat> owned(format);
    icu::UnicodeString pattern;
    if (auto* simple = dynamic_cast<icu::SimpleDateFormat*>(owned.get())) simple->toPattern(pattern);
    return pattern;
  }

  /// The text between date and time.
  icu::UnicodeString glue() const {
    icu::UnicodeString date = pattern_of(icu::DateFormat::createDateInstance(icu::DateFormat::kMedium, locale_));
    icu::UnicodeString both = pattern_of(
        icu::DateFormat::createDateTimeInstance(icu::DateFormat::kMedium, icu::DateFormat::kMedium, locale_));
    icu::UnicodeString time = pattern_of(icu::DateFormat::createTimeInstance(icu::DateFormat::kMedium, locale_));
    int32_t at = both.indexOf(time);
    bool date_first = both.startsWith(date) && at >= date.length();
    return date_first ? icu::UnicodeString(both, date.length(), at - date.length()) : icu::UnicodeString(", ");
  }

  std::string format(const Moment& moment, const icu::UnicodeString& pattern) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::SimpleDateFormat format(pattern, locale_, status);
    if (U_FAILURE(status)) return {};
    auto calendar = std::make_unique<icu::GregorianCalendar>(icu_zone(moment).release(), locale_, status);
    if (U_FAILURE(status)) return {};
    // The calendar of the whole of history is the same, as in Java's time classes.
    calendar->setGregorianChange(-8.64e15, status);
    format.adoptCalendar(calendar.release());
    icu::UnicodeString out;
    format.format(static_cast<double>(moment.seconds) * 1000 + std::floor(moment.nanos / 1e6), out);
    return utf8(out);
  }

  icu::Locale locale_;
  WeekRule weeks_;
  std::unique_ptr<icu::DateFormatSymbols> symbols_;
};

/// English without ICU's data: what nearly every flow uses.
class EnglishText final : public LocaleText {
 public:
  std::string month(uint32_t month, TextWidth width, bool) const override {
    constexpr std::string_view names[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
    return shortened(names[(month - 1) % 12], width);
  }
  std::string day_of_week(uint32_t iso_day, TextWidth width, bool) const override {
    constexpr std::string_view names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    return shortened(names[(iso_day - 1) % 7], width);
  }
  std::string quarter(uint32_t quarter, TextWidth width, bool) const override {
    constexpr std::string_view names[] = {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"};
    if (width == TextWidth::wide) return std::string(names[(quarter - 1) % 4]);
    return fmt::format("{}{}", width == TextWidth::abbreviated ? "Q" : "", quarter);
  }
  std::string half_of_day(bool afternoon) const override { return afternoon ? "PM" : "AM"; }
  std::string day_period(const Moment& moment, TextWidth width) const override {
    int64_t minute = moment.nanos_of_day() / base::nanos_per_second / 60;
    constexpr int64_t noon = 12 * 60;
    if (minute == 0) return width == TextWidth::narrow ? "mi" : "midnight";
    if (minute == noon) return width == TextWidth::narrow ? "n" : "noon";
    if (minute < noon) return "in the morning";
    if (minute < 18 * 60) return "in the afternoon";
    return minute < 21 * 60 ? "in the evening" : "at night";
  }
  std::string era(bool common_era, TextWidth width) const override {
    if (width == TextWidth::wide) return common_era ? "Anno Domini" : "Before Christ";
    if (width == TextWidth::narrow) return common_era ? "A" : "B";
    return common_era ? "AD" : "BC";
  }
  std::string zone_name(const Moment& moment, bool generic) const override { return icu().zone_name(moment, generic); }
  std::string styled(const Moment& moment, Style style) const override { return icu().styled(moment, style); }
  const WeekRule& weeks() const override {
    static constexpr WeekRule rule{7, 1};
    return rule;
  }

 private:
  static std::string shortened(std::string_view name, TextWidth width) {
    if (width == TextWidth::narrow) return std::string(name.substr(0, 1));
    return std::string(width == TextWidth::abbreviated ? name.substr(0, 3) : name);
  }
  static const IcuLocaleText& icu() {
    static const IcuLocaleText text{icu::Locale("en")};
    return text;
  }
};

}  // namespace

std::shared_ptr<const LocaleText> LocaleText::english() {
  static const std::shared_ptr<const LocaleText> text = std::make_shared<EnglishText>();
  return text;
}

std::shared_ptr<const LocaleText> LocaleText::find(std::string_view name) {
  if (name == "en") return english();
  thread_local std::list<std::pair<std::string, std::shared_ptr<const LocaleText>>> cache;
  for (auto item = cache.begin(); item != cache.end(); ++item) {
    if (item->first != name) continue;
    cache.splice(cache.begin(), cache, item);
    return item->second;
  }
  std::string icu_name(name.substr(0, 64));
  std::replace(icu_name.begin(), icu_name.end(), '-', '_');
  auto text = std::make_shared<IcuLocaleText>(known_locale(icu_name));
  cache.emplace_front(std::string(name), text);
  if (cache.size() > cached_locales) cache.pop_back();
  return text;
}

}  // namespace gyr::text
