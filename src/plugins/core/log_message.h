// What Log and Echo write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"

namespace gyr::plugins::core {

/// The lines of a message that was written as a text or as a list of texts. `source` is the value in the flow and
/// `rendered` is the rendered value. A text that renders to nothing is an empty line; a null in the list is no line.
/// Anything else is an error that names the property.
base::Result<std::vector<std::string>> lines_of_message(const base::Value& source, const base::Value& rendered,
                                                        std::string_view property);

/// `a text`, `a number` …: the kind of a value, for messages.
std::string_view kind_words(const base::Value& value);

}  // namespace gyr::plugins::core
