// The words of a failed evaluation for people.
#pragma once

#include <string>

#include "expression/template.h"

namespace gyr::expression {

/// A failure as a log shows it: of an undefined name with a line of what exists at that point.
inline std::string log_text(const base::Error& error) {
  if (!(error.code() == undefined_name) || error.hint().empty()) return error.message();
  return error.message() + "\n" + error.hint();
}

}  // namespace gyr::expression
