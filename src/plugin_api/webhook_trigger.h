// The properties of the trigger that fires by a request: the web server reads them. Its type is described in
// src/plugins/core/trigger/webhook.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/dynamic.h"
#include "model/trigger.h"

namespace gyr::plugin {

inline constexpr std::string_view webhook_type = "io.kestra.plugin.core.trigger.Webhook";

enum class SignaturePreset : uint8_t { generic, github, stripe, slack };

/// How the sender of a webhook signs its requests. Ours: 1.3 knows the key alone.
struct WebhookSignature {
  SignaturePreset preset = SignaturePreset::generic;
  model::Dynamic<std::string> secret;
  std::string header;                       ///< empty: the preset's
  std::optional<base::Duration> tolerance;  ///< of a signed date; five minutes
  static const model::Schema& schema();
};

/// How often a webhook may be called. Ours.
struct WebhookRateLimit {
  int64_t requests = 0;
  base::Duration per = base::Duration::of_seconds(60);
  static const model::Schema& schema();
};

/// Starts an execution when its address is called (TRIG-100 to TRIG-109).
struct WebhookTrigger {
  model::Dynamic<std::string> key;
  bool wait = false;
  bool return_outputs = false;
  std::string response_content_type;  ///< empty: application/json
  model::Dynamic<int64_t> response_code;
  std::string fetch_type;  ///< newer than 1.3: empty or STORE
  std::optional<WebhookSignature> signature;
  std::optional<WebhookRateLimit> rate_limit;
  std::optional<int64_t> max_body_bytes;  ///< below the server's own limit
  std::string path;                       ///< what follows the key in the URL; empty: nothing
};

}  // namespace gyr::plugin

namespace gyr::model {

GYR_NAMED_ENUM(plugin::SignaturePreset, "io.kestra.plugin.core.trigger.Webhook$SignaturePreset");

}  // namespace gyr::model
