// Protects webhooks against unwanted requests: signatures, a rate limit, a size limit; and a record of refused
// requests. These are additions to 1.3, which only has the key.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"
#include "net/http.h"
#include "plugin_api/webhook_trigger.h"
#include "web/http/request.h"

namespace gyr::web {

struct Webhook;

/// Why a request does not match its signature with this secret; nothing if it does. Pure; signatures are compared in
/// constant time.
std::optional<std::string> signature_problem(const plugin::WebhookSignature& signature, std::string_view secret,
                                             const net::Headers& headers, std::string_view body, base::Instant now);

/// Counts calls by name: no more than `calls` within any period of this length. In memory: a restart resets it.
/// Thread-safe.
class CallCounter {
 public:
  /// Counts one more call; or returns how long to wait, without counting the call.
  std::optional<base::Duration> count(const std::string& name, int64_t most, base::Duration within, base::Instant now);

 private:
  struct Calls {
    std::deque<base::Instant> dates;  ///< the times of the allowed calls, oldest first
    base::Duration within;
  };
  void forget_idle(base::Instant now);
  std::mutex mutex_;
  std::unordered_map<std::string, Calls> calls_;
};

/// The state of webhooks between requests; part of Core.
struct WebhookCounters {
  CallCounter calls;
  CallCounter refusals;
};

/// The answer 429 if the `rateLimit` of the webhook is exceeded.
std::optional<net::ServerResponse> refuse_by_rate(Request* request, const Webhook* webhook);

/// Reads the body and, if the webhook requires it, checks its signature. Afterwards the request contains the body
/// again.
base::Task<base::Result<void>> check_signature(Request* request, const Webhook* webhook);

/// The maximum size of a body, in bytes.
size_t body_limit(const Request* request, const Webhook* webhook);

/// Adds a line to the log of the trigger for the owner of the flow; if there are many refusals, only for some of them.
void note_refusal(Request* request, const Webhook* webhook, std::string message);

}  // namespace gyr::web
