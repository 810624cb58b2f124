#include "command/command.h"

#include <concepts>

namespace gyr::executor {

const model::FlowKey* flow_of(const Command& command) {
  return std::visit(
      [](const auto& one) -> const model::FlowKey* {
        if constexpr (std::same_as<decltype(one.about()), base::Id>) {
          return nullptr;
        } else {
          return &one.about();
        }
      },
      command);
}

base::Id execution_of(const Command& command) {
  return std::visit(
      [](const auto& one) -> base::Id {
        if constexpr (requires { one.id; }) {
          return one.id;
        } else {
          return {};
        }
      },
      command);
}

}  // namespace gyr::executor
