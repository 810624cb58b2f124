// What the date filters and functions share: values to moments, moments to texts, calendar arithmetic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "text/moment.h"

namespace gyr::expression {

class Invocation;

/// The moment of a value (EXPR-247). `existing_format` is for texts; a value without a zone is in `zone`.
base::Result<text::Moment> moment_of(const base::Value& value, std::optional<std::string_view> existing_format,
                                     const text::Zone& zone);

/// The text of a moment by a format name or pattern (EXPR-249), in a locale; empty is the root.
base::Result<std::string> format_moment(const text::Moment& moment, std::string_view format, std::string_view locale);

/// Adds an amount of a ChronoUnit (EXPR-251).
base::Result<text::Moment> add_to_moment(const text::Moment& moment, int64_t amount, std::string_view unit);

/// A text or nothing; fails the call for another kind. Position `index` of the arguments.
bool text_argument(Invocation& call, size_t index, std::optional<std::string>& out);
/// The zone of an argument, else the server's (EXPR-248).
bool zone_argument(Invocation& call, size_t index, text::Zone& out);

}  // namespace gyr::expression
