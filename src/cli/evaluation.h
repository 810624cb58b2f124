// Evaluating one expression without a server, in the ways a flow may do it (spec 02 section 19).
#pragma once

#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/value.h"
#include "expression/template.h"

namespace gyr::cli {

/// What is evaluated, over what, how.
struct Evaluation {
  base::Value source;   ///< a text; a list or map for the modes that take one
  base::Value context;  ///< a map of root names
  /// `render` and `server`: as text; `typed`; `map` and `list`: a container; `property:T`: into a property of type T;
  /// `condition` and `expression-condition`: a boolean; `log:[secrets]`: a log message with these values hidden;
  /// `recursive`: as text until nothing changes any more. Where a scalar property or a condition is given a list, each
  /// item is one case.
  std::string mode = "render";
  base::Instant now;
  uint64_t random_seed = 0;
};

/// A value or an error, never a need: what only a server could answer fails with GYR-C016 at its place in the template.
base::Result<base::Value> evaluate(const Evaluation& evaluation);

/// `null`, `boolean`, `integer`, `number`, `decimal`, `string`, `list`, `map`, `instant` …
std::string_view type_name(const base::Value& value);

}  // namespace gyr::cli
