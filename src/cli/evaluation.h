// Evaluates one expression without a server, in each mode (02-expressions.md, section 19).
#pragma once

#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/value.h"
#include "expression/template.h"

namespace gyr::cli {

/// An expression, its context and the mode of evaluation.
struct Evaluation {
  base::Value source;   ///< a string; a list or map for some modes
  base::Value context;  ///< a map of variables
  /// `render` and `server`: as text; `typed`; `map` and `list`: a container; `property:T`: into a property of type T;
  /// `condition` and `expression-condition`: a boolean; `log:[secrets]`: a log message with these values hidden;
  /// `recursive`: as text until nothing changes any more. If a scalar property or a condition gets a list, each item
  /// is evaluated.
  std::string mode = "render";
  base::Instant now;
  uint64_t random_seed = 0;
};

/// Returns a value or an error. A call that needs a server fails with GYR-C016 at its place in the template.
base::Result<base::Value> evaluate(const Evaluation& evaluation);

/// `null`, `boolean`, `integer`, `number`, `decimal`, `string`, `list`, `map`, `instant` …
std::string_view type_name(const base::Value& value);

}  // namespace gyr::cli
