// Public holidays (EXPR-306).
#include "expression/dates/holidays.h"

#include <gtest/gtest.h>

#include "expression/dates/holidays_data.h"
#include "syntax/time.h"

namespace gyr::expression {
namespace {

std::optional<bool> holiday(std::string_view date, std::string_view country, std::string_view part = {}) {
  return is_public_holiday(*syntax::parse_local_date(date), country, part);
}

TEST(Holidays, EasterOfBothCalendars) {
  struct Case {
    int64_t year;
    std::string_view western;
    std::string_view orthodox;
  };
  constexpr Case cases[] = {{1990, "1990-04-15", "1990-04-15"}, {2000, "2000-04-23", "2000-04-30"},
                            {2008, "2008-03-23", "2008-04-27"}, {2011, "2011-04-24", "2011-04-24"},
                            {2024, "2024-03-31", "2024-05-05"}, {2025, "2025-04-20", "2025-04-20"},
                            {2038, "2038-04-25", "2038-04-25"}, {2100, "2100-03-28", "2100-05-02"}};
  for (const Case& c : cases) {
    EXPECT_EQ(syntax::format_local_date(easter_day(c.year)), c.western);
    EXPECT_EQ(syntax::format_local_date(orthodox_easter_day(c.year)), c.orthodox);
  }
}

TEST(Holidays, RulesOfEachForm) {
  EXPECT_EQ(holiday("2024-07-14", "FR"), true);  // a fixed day
  EXPECT_EQ(holiday("2024-07-15", "fr"), false);
  EXPECT_EQ(holiday("2024-05-20", "FR"), true);   // Whit Monday
  EXPECT_EQ(holiday("2024-11-28", "US"), true);   // the fourth Thursday of November
  EXPECT_EQ(holiday("2024-05-27", "US"), true);   // the last Monday of May
  EXPECT_EQ(holiday("2024-05-20", "CA"), true);   // the last Monday before 25 May
  EXPECT_EQ(holiday("2024-06-22", "SE"), true);   // the first Saturday from 20 June on
  EXPECT_EQ(holiday("2020-06-19", "US"), false);  // a holiday since 2021
  EXPECT_EQ(holiday("2022-06-20", "US"), true);   // the Monday after a Sunday
  EXPECT_EQ(holiday("2021-12-31", "US"), true);   // New Year's Day 2022 was a Saturday
  EXPECT_EQ(holiday("2021-12-28", "GB"), true);   // Boxing Day was a Sunday
  EXPECT_EQ(holiday("2025-04-26", "NL"), true);   // King's Day is never on a Sunday
  EXPECT_EQ(holiday("2025-04-27", "NL"), false);
  EXPECT_EQ(holiday("2023-01-02", "ZA"), true);
  EXPECT_EQ(holiday("2024-05-06", "GR"), true);  // orthodox Easter Monday
}

TEST(Holidays, Subdivisions) {
  EXPECT_EQ(holiday("2024-01-06", "DE"), false);
  EXPECT_EQ(holiday("2024-01-06", "DE", "DE-BY"), true);
  EXPECT_EQ(holiday("2024-01-06", "DE", "by"), true);
  EXPECT_EQ(holiday("2024-01-06", "DE", "BE"), false);
  EXPECT_EQ(holiday("2024-11-20", "DE", "SN"), true);
  EXPECT_EQ(holiday("2024-04-01", "GB"), true);
  EXPECT_EQ(holiday("2024-04-01", "GB", "SCT"), false);  // no Easter Monday in Scotland
  EXPECT_EQ(holiday("2017-01-03", "GB", "SCT"), true);
  EXPECT_EQ(holiday("2024-01-06", "DE", "XX"), std::nullopt);
  EXPECT_EQ(holiday("2024-01-06", "XX"), std::nullopt);
}

TEST(Holidays, Japan) {
  EXPECT_EQ(holiday("2024-03-20", "JP"), true);  // vernal equinox
  EXPECT_EQ(holiday("2024-09-22", "JP"), true);  // autumnal equinox, a Sunday
  EXPECT_EQ(holiday("2024-09-23", "JP"), true);  // its substitute
  EXPECT_EQ(holiday("2020-05-06", "JP"), true);  // 3 May was a Sunday, 4 and 5 May are holidays
  EXPECT_EQ(holiday("2015-09-22", "JP"), true);  // between two holidays
  EXPECT_EQ(holiday("2024-09-24", "JP"), false);
}

TEST(Holidays, FarYearsAndEveryRuleReadable) {
  EXPECT_EQ(is_public_holiday(INT64_MAX / 86'400'000, "FR"), false);
  EXPECT_EQ(is_public_holiday(-10'000'000, "FR"), false);
  std::string_view before;
  for (const Country& country : holiday_rules()) {
    EXPECT_LT(before, country.code);
    before = country.code;
    int count = 0;
    for (int64_t day = 19'723; day < 19'723 + 366; ++day)
      count += is_public_holiday(day, country.code) == true ? 1 : 0;  // 2024
    EXPECT_GE(count, 7) << country.code;
    EXPECT_LE(count, 22) << country.code;
    for (const Subdivision& part : country.subdivisions) {
      EXPECT_TRUE(is_public_holiday(19'723, country.code, part.code).has_value()) << country.code << "-" << part.code;
    }
  }
}

}  // namespace
}  // namespace gyr::expression
