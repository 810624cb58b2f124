// How a file is cut into pieces: properties of storage.Split and of the batches of ForEachItem (CORE-40).
#pragma once

#include <string>

#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"

namespace gyr::plugin {

/// The first of `bytes`, `partitions`, `rows`, `regexPattern` that is there decides. Immutable once bound; any thread.
struct SplitRules {
  model::Dynamic<std::string> bytes;
  model::Dynamic<int64_t> partitions;
  model::Dynamic<int64_t> rows;
  model::Dynamic<std::string> regex_pattern;
  model::Dynamic<std::string> separator;
};

/// Adds them to the description of T, a SplitRules.
template <class Builder>
void describe_split(Builder& builder) {
  builder
      .property(
          "bytes", &SplitRules::bytes,
          {.title = "Size from which on a piece is full, such as `10MB`", .documentation = "Lines are never cut."})
      .property("partitions", &SplitRules::partitions,
                {.title = "Number of pieces, to which the lines are dealt in turn"})
      .property("rows", &SplitRules::rows, {.title = "Lines of a piece"})
      .property("regexPattern", &SplitRules::regex_pattern,
                {.title = "Regular expression whose first group tells the piece of a line",
                 .documentation = "Lines that do not match are left out."})
      .property("separator", &SplitRules::separator,
                {.title = "Text written behind every line", .default_value = base::Value::string("\n")});
}

}  // namespace gyr::plugin
