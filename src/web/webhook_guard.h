// What keeps a webhook from callers that it is not meant for: signatures, a rate, a size; and the record of who was
// refused. These go beyond 1.3, which knows the key alone.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"
#include "net/http.h"
#include "plugin/core_triggers.h"
#include "web/request.h"

namespace gyr::web {

inline constexpr base::ErrorCode wrong_signature{"GYR-T010"};  ///< 401: not what the sender signed, or too long ago
inline constexpr base::ErrorCode webhook_rate_exceeded{"GYR-T011"};  ///< 429 with Retry-After

struct Webhook;

/// Why a request is not what its sender signed with this secret; nothing where it is. Pure; signatures are compared in
/// constant time.
std::optional<std::string> signature_problem(const plugin::WebhookSignature& signature, std::string_view secret,
                                             const net::Headers& headers, std::string_view body, base::Instant now);

/// Counts calls by name: no more than so many within any span of that length. In memory: a restart begins anew. Any
/// thread.
class CallCounter {
 public:
  /// Counts one more call; or how long to wait until it is allowed, and nothing is counted.
  std::optional<base::Duration> count(const std::string& name, int64_t most, base::Duration within, base::Instant now);

 private:
  struct Calls {
    std::deque<base::Instant> dates;  ///< of those that were allowed, oldest first
    base::Duration within;
  };
  void forget_idle(base::Instant now);
  std::mutex mutex_;
  std::unordered_map<std::string, Calls> calls_;
};

/// What webhooks keep between requests; part of Core.
struct WebhookCounters {
  CallCounter calls;
  CallCounter refusals;
};

/// The answer 429 where the webhook's `rateLimit` is exceeded.
std::optional<net::ServerResponse> refuse_by_rate(Request* request, const Webhook* webhook);

/// Reads the body and, where the webhook asks for one, checks its signature. The body is back in the request
/// afterwards.
base::Task<base::Result<void>> check_signature(Request* request, const Webhook* webhook);

/// The bytes a body may have.
size_t body_limit(const Request* request, const Webhook* webhook);

/// A line in the log of the trigger, where the owner of the flow looks; of a flood of refusals only some.
void note_refusal(Request* request, const Webhook* webhook, std::string message);

}  // namespace gyr::web
