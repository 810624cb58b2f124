#include "store/sql/migrations/migrations.h"

#include <array>

namespace gyr::store::migrations {

std::span<const Step> steps() {
  static const std::array<Step, 19> all{step_0001, step_0002, step_0003, step_0004, step_0005, step_0006, step_0007,
                                        step_0008, step_0009, step_0010, step_0011, step_0012, step_0013, step_0014,
                                        step_0015, step_0016, step_0017, step_0018, step_0019};
  return all;
}

}  // namespace gyr::store::migrations
