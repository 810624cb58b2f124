// The table of situations that seldom come about by themselves. A new one is a row there.
#pragma once

#include <span>
#include <string_view>

#include "random.h"
#include "scenario.h"

namespace gyr::simulation {

/// One situation: `set` makes flows, requests and faults that lead to it. Everything else of the scenario stays.
struct Theme {
  std::string_view name;
  void (*set)(Random& random, Scenario& scenario);
};

std::span<const Theme> themes();

}  // namespace gyr::simulation
