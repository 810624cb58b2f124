// The names that types had in older versions, by the rules of FLOW-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyr::plugin {

/// Every older name of a type that follows from a family's rule or from the table of single cases. The registry adds
/// them to the aliases a type names by itself.
std::vector<std::string> family_aliases(std::string_view type);

}  // namespace gyr::plugin
