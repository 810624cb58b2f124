// The API description as a page for people (API-13).
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"

namespace gyr::web {

/// HTML without scripts: all operations by subject, with their parameters, bodies and answers. `contract`: of
/// contract_of(); `base`: the context path with a slash at its end.
std::string contract_page(const base::Value& contract, std::string_view base);

}  // namespace gyr::web
