// Binding of objects that contain no tasks, triggers, conditions or task runners.
#pragma once

#include "model/schema.h"

namespace gyr::model {

/// Knows no type. Stateless; thread-safe.
class NoTypes final : public TypeSource {
 public:
  const Found* find(Kind, std::string_view) const override { return nullptr; }
  std::vector<std::string_view> names(Kind) const override { return {}; }
};

}  // namespace gyr::model
