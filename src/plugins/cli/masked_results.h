// Results and logs of programs without the secrets of the attempt (PLUG-10, PLUG-122).
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "base/value.h"
#include "plugin_api/run_context.h"
#include "plugin_api/secret_filter.h"

namespace gyr::plugins::cli {

/// The value with every text in it masked, keys of maps as well. Without a filter the value as it is.
base::Value masked(const base::Value& value, const plugin::SecretFilter* filter);

/// Copies a text in pieces that end with a line, masked. A secret of several lines may be divided by a piece. Blocking.
void copy_masked(std::istream& from, std::ostream& to, const plugin::SecretFilter* filter);

/// The text if it has at most so many characters, otherwise the first of them and `…`. The secrets are hidden before it
/// is cut, so the beginning of a secret is never shown.
std::string masked_and_cut(std::string_view text, size_t characters, const plugin::SecretFilter* filter);

/// Logs a line of the callback kestra_logger, `::{"ansible":…}::`. False if it is another line.
bool log_callback_line(plugin::RunContext& context, std::string_view line);

}  // namespace gyr::plugins::cli
