// What all requests of a server share, whatever loop they run on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "web/route.h"
#include "web/router.h"
#include "web/services.h"

namespace gyr::web {

class Authenticator;
class DocumentCache;
class RequestMetrics;
struct WebhookCounters;

/// Made once by the Server, immutable but for the members that say otherwise; any thread.
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
  /// Documents that cost much and change never: schemas, the contract.
  const std::unique_ptr<DocumentCache> documents;
  /// What requests took; any thread.
  const std::unique_ptr<RequestMetrics> request_metrics;
  /// How often webhooks were called lately.
  const std::unique_ptr<WebhookCounters> webhooks;
};

}  // namespace gyr::web
