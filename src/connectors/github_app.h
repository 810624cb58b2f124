// io.kestra.plugin.github.auth.AppToken: what a connector cannot say, because it signs (PLUG-298).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "plugin_api/task_type.h"

namespace gyr::connectors {

/// A JSON web token of a GitHub app, signed with RS256. It is valid from a minute before `now`, for nine minutes after
/// it. `private_key` is PEM text; an error does not quote it.
base::Result<std::string> app_web_token(std::string_view client_id, const std::string& private_key, base::Instant now);

plugin::TaskType github_app_token_task();

}  // namespace gyr::connectors
