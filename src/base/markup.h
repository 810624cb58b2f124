// Text inside HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace gyr::base {

/// The text for an element or a quoted attribute of HTML or XML. Control characters stay as they are.
std::string escape_markup(std::string_view text);

}  // namespace gyr::base
