// The former names of types, by the rules of FLOW-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyr::plugin {

/// Every former name of a type that follows from the rule of a family or from the table of exceptions. The registry
/// adds them to the aliases that the type itself lists.
std::vector<std::string> family_aliases(std::string_view type);

}  // namespace gyr::plugin
