// What functions answered by the host share.
#pragma once

#include <string_view>

#include "expression/evaluator.h"

namespace gyr::expression {

/// Calls the host with all given arguments, under the names of the parameters.
inline Operand ask_with_arguments(Invocation& call, std::string_view function) {
  base::MapBuilder arguments;
  for (size_t i = 0; i < call.entry().parameters.size(); ++i) {
    if (call.given(i)) arguments.set(call.entry().parameters[i].name, call.argument(i));
  }
  return call.ask_host(function, arguments);
}

}  // namespace gyr::expression
