// Compares replies with the descriptions of their routes: every web test checks all of its replies.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/http/router.h"
#include "web/testing/harness.h"

namespace gyr::web::test {

/// What of a value differs from its description, each with its path: `$.results[0].id: …`.
std::vector<std::string> differences(const base::Value& value, const JsonType& type);

/// What of a reply differs from the description of its route. `context_path` is that of the server.
std::vector<std::string> differences(const Call& call, const Reply& reply, const Router& router,
                                     std::string_view context_path);

}  // namespace gyr::web::test
