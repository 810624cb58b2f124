// Parses durations of options.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/instant.h"

namespace gyr::cli {

/// Parses `PT1M30S`, or numbers with units, largest first: `90s`, `1m30s`, `500ms`, `2h`, `1d`. Must be above zero.
base::Result<base::Duration> parse_length(std::string_view option, std::string_view text);

}  // namespace gyr::cli
