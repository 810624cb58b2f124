#include "web/webhooks/guard.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "intake/starter.h"
#include "security/hmac.h"
#include "web/http/answers.h"
#include "web/http/core.h"
#include "web/http/errors.h"
#include "web/http/numbers.h"
#include "web/webhooks/webhook.h"

namespace gyr::web {

using plugin::SignaturePreset;

namespace {

/// The maximum age of a signed date if the flow does not set one (the value that Stripe and Slack recommend).
constexpr base::Duration usual_tolerance = base::Duration::of_seconds(300);
/// Lines a minute of one trigger: a flood of wrong calls must not fill the log.
constexpr int64_t max_refusal_lines = 20;
constexpr base::Duration a_minute = base::Duration::of_seconds(60);
/// Names beyond which those that were not called lately are forgotten.
constexpr size_t max_names = 10'000;

std::string header_of(const plugin::WebhookSignature& signature) {
  if (!signature.header.empty()) return signature.header;
  switch (signature.preset) {
    case SignaturePreset::github: return "X-Hub-Signature-256";
    case SignaturePreset::stripe: return "Stripe-Signature";
    case SignaturePreset::slack: return "X-Slack-Signature";
    case SignaturePreset::generic: break;
  }
  return {};
}

std::optional<std::string> date_problem(std::string_view text, base::Duration tolerance, base::Instant now) {
  int64_t seconds = 0;
  if (!read_number(text, seconds)) return "the signed date is missing or not a number of seconds";
  const base::Duration age = now - base::Instant{.seconds = seconds};
  if (age > tolerance || base::Duration{} - age > tolerance) {
    return fmt::format("the signed date is {} s away from now, more than the tolerance of {} s", age.seconds,
                       tolerance.seconds);
  }
  return std::nullopt;
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return lower;
}

/// Hexadecimal, in either case.
bool is_digest(std::string_view given, std::string_view digest) {
  return security::same_secret(in_lower_case(given), base::hex_encode(digest));
}

/// Stripe: `t=1700000000,v1=…`; there can be several `v1` while a secret is being changed.
std::optional<std::string> stripe_problem(std::string_view header, std::string_view secret, std::string_view body,
                                          base::Duration tolerance, base::Instant now) {
  std::string_view date;
  std::vector<std::string_view> signatures;
  while (!header.empty()) {
    const std::string_view piece = header.substr(0, header.find(','));
    header.remove_prefix(std::min(piece.size() + 1, header.size()));
    const std::string_view part = base::trim(piece);
    if (part.starts_with("t=")) date = part.substr(2);
    if (part.starts_with("v1=")) signatures.push_back(part.substr(3));
  }
  if (auto problem = date_problem(date, tolerance, now)) return problem;
  const std::string digest = security::hmac_sha256(secret, fmt::format("{}.{}", date, body));
  bool found = false;
  for (std::string_view signature : signatures) found = is_digest(signature, digest) || found;
  return found ? std::nullopt : std::optional<std::string>("the signature does not match the body and the secret");
}

std::optional<std::string> slack_problem(std::string_view header, std::string_view secret, const net::Headers& headers,
                                         std::string_view body, base::Duration tolerance, base::Instant now) {
  const std::string date(headers.get("X-Slack-Request-Timestamp").value_or(""));
  if (auto problem = date_problem(date, tolerance, now)) return problem;
  const std::string digest = security::hmac_sha256(secret, fmt::format("v0:{}:{}", date, body));
  if (header.starts_with("v0=") && is_digest(header.substr(3), digest)) return std::nullopt;
  return "the signature does not match the body and the secret";
}

/// The signature of the body only: hexadecimal or base64, optionally after `sha256=`.
std::optional<std::string> plain_problem(std::string_view header, std::string_view secret, std::string_view body) {
  if (header.starts_with("sha256=")) header.remove_prefix(7);
  const std::string digest = security::hmac_sha256(secret, body);
  if (is_digest(header, digest) || security::same_secret(header, base::base64_encode(digest))) return std::nullopt;
  return "the signature does not match the body and the secret";
}

/// One name for a trigger.
std::string name_of_webhook(const Webhook& webhook) {
  const model::FlowKey& flow = *webhook.flow->key;
  return fmt::format("{}/{}/{}/{}", flow.tenant, flow.namespace_, flow.id, webhook.trigger->id);
}

}  // namespace

std::optional<std::string> signature_problem(const plugin::WebhookSignature& signature, std::string_view secret,
                                             const net::Headers& headers, std::string_view body, base::Instant now) {
  if (secret.empty()) return "the secret of the webhook is empty";
  const std::string name = header_of(signature);
  const auto header = headers.get(name);
  if (!header) return fmt::format("the header {} is missing", name);
  const base::Duration tolerance = signature.tolerance.value_or(usual_tolerance);
  const std::string_view given = base::trim(*header);
  switch (signature.preset) {
    case SignaturePreset::stripe: return stripe_problem(given, secret, body, tolerance, now);
    case SignaturePreset::slack: return slack_problem(given, secret, headers, body, tolerance, now);
    case SignaturePreset::github:
    case SignaturePreset::generic: break;
  }
  return plain_problem(given, secret, body);
}

std::optional<base::Duration> CallCounter::count(const std::string& name, int64_t most, base::Duration within,
                                                 base::Instant now) {
  std::lock_guard lock(mutex_);
  if (calls_.size() > max_names) forget_idle(now);
  Calls& calls = calls_[name];
  calls.within = within;
  auto& dates = calls.dates;
  // A clock that was set back must not keep anybody out.
  if (!dates.empty() && dates.back() > now) dates.clear();
  while (!dates.empty() && dates.front() + within <= now) dates.pop_front();
  if (static_cast<int64_t>(dates.size()) >= most) return dates.front() + within - now;
  dates.push_back(now);
  return std::nullopt;
}

void CallCounter::forget_idle(base::Instant now) {
  std::erase_if(calls_, [now](const auto& entry) {
    return entry.second.dates.empty() || entry.second.dates.back() + entry.second.within <= now;
  });
}

std::optional<net::ServerResponse> refuse_by_rate(Request* request, const Webhook* webhook) {
  const auto& limit = webhook->properties->rate_limit;
  if (!limit) return std::nullopt;
  const auto wait = request->core().webhooks->calls.count(name_of_webhook(*webhook), limit->requests, limit->per,
                                                          request->services().clock.now());
  if (!wait) return std::nullopt;
  const std::string message =
      fmt::format("Too many calls: the webhook accepts {} in {} s", limit->requests, limit->per.seconds);
  note_refusal(request, webhook, message);
  const auto seconds = std::max<int64_t>(1, wait->seconds + (wait->nanos > 0 ? 1 : 0));
  return problem_answer({.status = 429,
                         .message = message,
                         .code = std::string(webhook_rate_exceeded.text),
                         .retry_after_seconds = static_cast<int>(seconds)},
                        request);
}

size_t body_limit(const Request* request, const Webhook* webhook) {
  const size_t usual = request->settings().limits.webhook_bytes;
  const auto own = webhook->properties->max_body_bytes;
  return own ? std::min(usual, static_cast<size_t>(*own)) : usual;
}

base::Task<base::Result<void>> check_signature(Request* request, const Webhook* webhook) {
  const auto& signature = webhook->properties->signature;
  if (!signature) co_return base::Result<void>();
  auto body = co_await request->read_body(body_limit(request, webhook));
  if (!body) {
    note_refusal(request, webhook, "A call was refused: " + body.error().message());
    co_return base::fail(body.error());
  }
  base::Value roots = request->services().starter.roots(*webhook->flow->compiled, {}, {}, std::nullopt);
  auto secret = co_await render_property(request, webhook, &signature->secret, std::move(roots), {});
  std::optional<std::string> problem;
  if (!secret) {
    problem = "cannot render the secret: " + secret.error().message();
  } else {
    problem = signature_problem(*signature, secret->is_null() ? "" : expression::to_text(*secret), request->headers(),
                                *body, request->services().clock.now());
  }
  request->http().body = net::body_of(*std::move(body));
  if (!problem) co_return base::Result<void>();
  note_refusal(request, webhook, fmt::format("A call from {} was refused: {}", request->http().peer, *problem));
  // The caller gets no details, because the reason would help attackers.
  co_return base::fail(wrong_signature, "Invalid webhook signature");
}

void note_refusal(Request* request, const Webhook* webhook, std::string message) {
  const base::Instant now = request->services().clock.now();
  if (webhook->trigger->log_level && *webhook->trigger->log_level > model::LogLevel::warn) return;
  if (request->core().webhooks->refusals.count(name_of_webhook(*webhook), max_refusal_lines, a_minute, now)) return;
  store::Batch batch;
  model::LogEntry& line = batch.logs.emplace_back();
  line.flow = webhook->flow->key;
  line.trigger_id = webhook->trigger->id;
  line.timestamp = now;
  line.level = model::LogLevel::warn;
  line.thread = "web";
  line.message = std::move(message);
  request->commit_later(std::move(batch), "log a refused call of a webhook");
}

}  // namespace gyr::web
