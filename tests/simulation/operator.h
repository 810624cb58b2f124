// Who holds things back for a while: kill switches and maintenance mode (EXEC-99, OPS-12, OPS-13).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "events.h"
#include "random.h"
#include "scenario.h"
#include "server.h"

namespace gyr::simulation {

struct OperatorServices {
  std::function<std::vector<Server*>()> servers;                  ///< those that run
  std::function<std::optional<base::Id>(size_t action)> created;  ///< what a request has created, when it was answered
};

/// Asks some server, and again until it was answered well, whatever happens to servers meanwhile. Lives as long as the
/// world.
class Operator {
 public:
  Operator(Events& events, const Scenario& scenario, OperatorServices services);
  void begin();

 private:
  void enter(size_t index, size_t tries);
  void put(size_t index, bool on);
  void leave(size_t index);

  Events& events_;
  const Scenario& scenario_;
  OperatorServices services_;
  Random random_;
  std::vector<store::KillSwitchRow> switches_;  ///< by intervention
  size_t maintained_ = 0;                       ///< so many want maintenance mode
};

}  // namespace gyr::simulation
