#include "store/migrations/migrations.h"

#include <array>

namespace gyr::store::migrations {

std::span<const Step> steps() {
  static const std::array<Step, 5> all{step_0001, step_0002, step_0003, step_0004, step_0005};
  return all;
}

}  // namespace gyr::store::migrations
