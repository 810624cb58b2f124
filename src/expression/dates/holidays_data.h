// Rules of public holidays, as text that people can read and check.
//
// Rules are separated by blanks: `[years:]day[shift]`.
//   years   `2020:` one year, `2019-:` from it on, `-2018:` up to it, `2016-2019:` these
//   day     `0501`    the first of May
//           `E+39`    days after Easter Sunday; `O-2` before the orthodox one
//           `3/1/02`  the third Monday (1, to Sunday 7) of February; `-1/1/05` the last one of May
//           `>=0620/6`, `<=0524/1`  the first such weekday on or after a day, the last on or before it
//   shift   `~` on Saturday the Friday before and on Sunday the Monday after are free too; `>` on both the Monday
//   after; `2` on both the
//           day after tomorrow; `s` on Sunday the Monday after; `<` on Sunday the
//           day before instead
// In a subdivision `!` takes a rule of the country away.
#pragma once

#include <span>
#include <string_view>

namespace gyr::expression {

/// A part of a country whose holidays differ. Static data.
struct Subdivision {
  std::string_view code;
  std::string_view rules;
};

/// The holidays of one country and of its subdivisions. Static data.
struct Country {
  std::string_view code;  ///< ISO 3166-1 alpha-2
  std::string_view rules;
  std::span<const Subdivision> subdivisions;
};

/// By code.
std::span<const Country> holiday_rules();

}  // namespace gyr::expression
