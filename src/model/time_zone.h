// Which texts name a time zone (TRIG-32).
#pragma once

#include <string_view>

namespace gyr::model {

/// A region of the IANA database (`Europe/Paris`; case-sensitive), an offset (`+05:30`, `Z`, at most 18 hours), or one
/// of `UTC`, `GMT`, `UT` with an offset. Java's former three-letter names of fixed offsets (`EST`) are not valid. Any
/// thread.
bool is_time_zone(std::string_view text);

}  // namespace gyr::model
