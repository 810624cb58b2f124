// How a file is cut into pieces: properties of storage.Split and of the batches of ForEachItem (CORE-40).
#pragma once

#include <string>

#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"

namespace gyr::plugin {

/// The first of `bytes`, `partitions`, `rows` and `regexPattern` that is set applies. Immutable once bound; any thread.
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
      .property("bytes", &SplitRules::bytes,
                {.title = "Minimum size of a complete file, such as `10MB`", .documentation = "Lines are never split."})
      .property("partitions", &SplitRules::partitions,
                {.title = "Number of files", .documentation = "The lines are distributed to them in turn."})
      .property("rows", &SplitRules::rows, {.title = "Number of lines in each file"})
      .property("regexPattern", &SplitRules::regex_pattern,
                {.title = "Regular expression whose first group selects the file of a line",
                 .documentation = "Lines that do not match are skipped."})
      .property("separator", &SplitRules::separator,
                {.title = "Separator written after each line", .default_value = base::Value::string("\n")});
}

}  // namespace gyr::plugin
