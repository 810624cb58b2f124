// The number and the duration of requests, by route (OPS-23).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

#include "web/http/route.h"

namespace gyr::web {

/// Counts since the start of the process. Limited by the number of routes and statuses. Thread-safe.
class RequestMetrics {
 public:
  struct Row {
    std::string_view method;
    std::string_view path;  ///< the template of the route, or UNMATCHED_URI
    int status = 0;
    uint64_t count = 0;
    double seconds = 0;
    double max_seconds = 0;
  };

  /// `route` is null if no operation was found; it must live as long as the server.
  void add(std::string_view method, const Route* route, int status, std::chrono::nanoseconds took);
  std::vector<Row> rows() const;

 private:
  struct Key {
    const Route* route;
    int status;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  mutable std::mutex mutex_;
  std::map<Key, Row> rows_;
};

}  // namespace gyr::web
