// The usual layout of a flow file.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::cli {

/// The same YAML with two spaces of indentation per level (also for lists below a key), one space after a dash, no
/// blanks at the ends of lines, no two blank lines in a row, line ends LF, and one line end at the end. Comments,
/// quotes, the order of keys and the texts of scalars are kept. A text may have several documents. Fails with GYR-Y… if
/// it is not YAML, and with GYR-C021 if the values would change.
base::Result<std::string> format_flow(std::string_view text);

}  // namespace gyr::cli
