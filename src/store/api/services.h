// Services of servers (EXEC-132).
#pragma once

#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "model/service.h"

namespace gyr::store {

/// Reads services from a snapshot; see Reader.
class ServiceReader {
 public:
  virtual ~ServiceReader() = default;

  /// The newest first.
  virtual base::Result<std::vector<model::Service>> services(bool include_inactive, size_t limit) = 0;
};

/// The part of a batch that changes services.
struct ServiceChanges {
  /// Number 1 for a new service; otherwise refused unless the stored number is one less (EXEC-132).
  std::vector<model::Service> services;
  std::vector<base::Id> deleted_services;

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
