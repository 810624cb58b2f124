// What a webhook's request becomes: the trigger that is meant, its variables, whether its conditions hold
// (TRIG-90 to TRIG-109).
#pragma once

#include <memory>
#include <string>

#include "executor/flow_cache.h"
#include "model/trigger.h"
#include "plugin/core_triggers.h"
#include "web/request.h"

namespace gyr::web {

/// A webhook of a flow. Keeps the flow alive.
struct Webhook {
  executor::LoadedFlowPtr flow;
  const model::TriggerSpec* trigger = nullptr;
  const plugin::WebhookTrigger* properties = nullptr;
};

/// The first enabled webhook whose rendered key is `key`; 404 `Webhook not found` where there is none. A key that
/// cannot be rendered is logged and passed over (TRIG-100).
base::Task<base::Result<Webhook>> find_webhook(Request* request, executor::LoadedFlowPtr flow, std::string key);

/// What came with a request: members of `trigger`, and whether something of it was stored below the execution.
struct WebhookContent {
  base::Value variables;
  bool stored_files = false;
};
/// Reads the request: body, headers, parameters; a body that goes to storage as `uri` (TRIG-97), parts and fields of a
/// multipart form (TRIG-102). Nothing stays in storage where it fails.
base::Task<base::Result<WebhookContent>> webhook_content(Request* request, const Webhook* webhook, base::Id execution);

/// Values of a request's body as flows see it: an object or a list where it is JSON of one, else the text; base64 where
/// it is no text; null where it is empty (TRIG-101).
base::Value webhook_body(std::string_view bytes);
/// Query parameters by name, each a list; `+` stays `+`, a name without `=` is null (TRIG-101).
base::Result<base::Value> webhook_parameters(std::string_view query);
/// Headers by name, each a list; without the one that proved who calls.
base::Value webhook_headers(const net::Headers& headers, std::string_view proof);

/// Whether all conditions and `when` hold. One that cannot be judged is logged and counts as false.
base::Task<bool> webhook_conditions_hold(Request* request, const Webhook* webhook, base::Value roots,
                                         base::Id execution);

/// Renders a property of a webhook over these roots.
base::Task<base::Result<base::Value>> render_property(Request* request, const Webhook* webhook,
                                                      const model::DynamicSource* property, base::Value roots,
                                                      base::Id execution);

}  // namespace gyr::web
