// What the configuration means for the management endpoints.
#pragma once

#include "main/config/reader.h"
#include "web/http/management.h"

namespace gyr::main {

/// The rules of the endpoints, the configuration without its secrets, and the parts of the server. `stop` and `refresh`
/// are left empty.
web::ManagementSettings management_settings(const config::Reading& reading);

/// The keys whose values differ, with a dot between their names, in order.
std::vector<std::string> changed_keys(const base::Value& before, const base::Value& after);

}  // namespace gyr::main
