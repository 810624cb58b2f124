// Processes the request of a webhook: finds the trigger, its variables, and evaluates its conditions (TRIG-90 to
// TRIG-109).
#pragma once

#include <memory>
#include <string>

#include "catalog/flow_cache.h"
#include "model/trigger.h"
#include "plugin_api/webhook_trigger.h"
#include "web/http/request.h"

namespace gyr::web {

/// A webhook of a flow. Keeps the flow alive.
struct Webhook {
  executor::LoadedFlowPtr flow;
  const model::TriggerSpec* trigger = nullptr;
  const plugin::WebhookTrigger* properties = nullptr;
};

/// The first enabled webhook whose rendered key is `key` and whose path is `path`; 404 `Webhook not found` if there is
/// none. A key that cannot be rendered is logged and skipped (TRIG-100).
base::Task<base::Result<Webhook>> find_webhook(Request* request, executor::LoadedFlowPtr flow, std::string key,
                                               std::string path);

/// The content of a request: members of `trigger`, and whether a part of it was stored below the execution.
struct WebhookContent {
  base::Value variables;
  bool stored_files = false;
};
/// Reads the request: body, headers, parameters; a body that is stored as `uri` (TRIG-97), parts and fields of a
/// multipart form (TRIG-102). If it fails, nothing is left in storage.
base::Task<base::Result<WebhookContent>> webhook_content(Request* request, const Webhook* webhook, base::Id execution);

/// The value of the body of a request for flows: an object or a list if it is JSON of one, otherwise the text; base64
/// if it is not text; null if it is empty (TRIG-101).
base::Value webhook_body(std::string_view bytes);
/// Query parameters by name, each a list; `+` stays `+`, a name without `=` is null (TRIG-101).
base::Result<base::Value> webhook_parameters(std::string_view query);
/// Headers by name, each a list; without the header that contained the credentials.
base::Value webhook_headers(const net::Headers& headers, std::string_view proof);

/// Whether all conditions and `when` are true. A condition that cannot be evaluated is logged and counts as false.
base::Task<bool> webhook_conditions_hold(Request* request, const Webhook* webhook, base::Value roots,
                                         base::Id execution);

/// Renders a property of a webhook with these roots.
base::Task<base::Result<base::Value>> render_property(Request* request, const Webhook* webhook,
                                                      const model::DynamicSource* property, base::Value roots,
                                                      base::Id execution);

}  // namespace gyr::web
