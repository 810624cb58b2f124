// The state that all requests of a server share, on all loops.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "web/http/route.h"
#include "web/http/router.h"
#include "web/http/services.h"

namespace gyr::web {

class Authenticator;
class Cors;
class DocumentCache;
class LiveStreams;
class LogIndexes;
class Pages;
class RequestMetrics;
struct WebhookCounters;

/// Created once by the Server. Immutable and thread-safe, except for the members that say otherwise.
struct Core {
  Core(const Services& services, Settings settings);
  ~Core();

  const Services services;
  const Settings settings;
  const std::vector<Route> routes;
  const Router router;
  const std::vector<Route> management_routes;
  const Router management_router;
  const std::unique_ptr<Authenticator> authenticator;
  /// Null if the management port needs no login.
  const std::unique_ptr<Authenticator> management_authenticator;
  /// Never null.
  const std::shared_ptr<const ManagementSettings> management;
  const std::unique_ptr<Cors> cors;
  /// Documents that are expensive to create and never change: schemas, the API description.
  const std::unique_ptr<DocumentCache> documents;
  /// Durations of requests; thread-safe.
  const std::unique_ptr<RequestMetrics> request_metrics;
  /// The recent number of calls of webhooks.
  const std::unique_ptr<WebhookCounters> webhooks;
  /// The web interface.
  const std::unique_ptr<Pages> pages;
  /// The order of the lines of logs that were shown last; thread-safe.
  const std::unique_ptr<LogIndexes> log_indexes;
  /// The streams of events of browsers; thread-safe.
  const std::unique_ptr<LiveStreams> live_streams;
};

}  // namespace gyr::web
