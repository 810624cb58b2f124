// Who writes flows: saves one again, breaks it, disables or deletes it, and puts it right after a while.
#pragma once

#include <functional>
#include <vector>

#include "events.h"
#include "random.h"
#include "scenario.h"
#include "server.h"

namespace gyr::simulation {

/// Asks the server that has the flow, and again until it was answered well, whatever happens to servers meanwhile.
/// Lives as long as the world.
class Author {
 public:
  Author(Events& events, const Scenario& scenario, std::function<Server*(const model::FlowKey&)> owner_of);
  void begin();

 private:
  void put(size_t index, bool on);
  executor::Command command_of(const Edit& edit, bool on) const;

  Events& events_;
  const Scenario& scenario_;
  std::function<Server*(const model::FlowKey&)> owner_of_;
  Random random_;
};

}  // namespace gyr::simulation
