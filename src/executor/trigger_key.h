// The name of a trigger in a partition.
#pragma once

#include <memory>
#include <string>
#include <tuple>

#include "model/execution.h"

namespace gyr::executor {

/// A trigger of a flow.
struct TriggerKey {
  std::shared_ptr<const model::FlowKey> flow;
  std::string id;
  struct Less {
    bool operator()(const TriggerKey& a, const TriggerKey& b) const {
      return a.flow == b.flow ? a.id < b.id : std::tie(*a.flow, a.id) < std::tie(*b.flow, b.id);
    }
  };
};

}  // namespace gyr::executor
