#include "web/webhooks/webhook.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "engine/trigger/conditions.h"
#include "host/host_render.h"
#include "intake/starter.h"
#include "net/url.h"
#include "security/hmac.h"
#include "syntax/json.h"
#include "web/http/await.h"
#include "web/http/errors.h"

namespace gyr::web {

using base::ListBuilder;
using base::MapBuilder;
using base::Value;

namespace {

/// Members that are null vanish, items of lists stay (TRIG-101).
Value without_null_members(const Value& value) {
  if (value.is_map()) {
    MapBuilder map;
    for (const auto& entry : value.entries()) {
      if (!entry.value.is_null()) map.set(entry.key, without_null_members(entry.value));
    }
    return map.build();
  }
  if (value.is_list()) {
    ListBuilder list;
    for (const Value& item : value.items()) list.push(without_null_members(item));
    return list.build();
  }
  return value;
}

bool has_null_member(const Value& value) {
  if (value.is_map()) {
    return std::ranges::any_of(value.entries(),
                               [](const auto& entry) { return entry.value.is_null() || has_null_member(entry.value); });
  }
  return value.is_list() && std::ranges::any_of(value.items(), [](const Value& item) { return has_null_member(item); });
}

/// A map of lists, names in the order of their first value.
class MultiMap {
 public:
  void add(std::string_view name, Value value) {
    const auto found =
        std::ranges::find(entries_, name, [](const auto& entry) { return std::string_view(entry.first); });
    if (found == entries_.end()) {
      entries_.emplace_back(std::string(name), ListBuilder());
      entries_.back().second.push(std::move(value));
    } else {
      found->second.push(std::move(value));
    }
  }
  Value build() {
    MapBuilder map;
    map.reserve(entries_.size());
    for (auto& [name, values] : entries_) map.set(name, values.build());
    return map.build();
  }

 private:
  std::vector<std::pair<std::string, ListBuilder>> entries_;
};

/// The path of a trigger or a request without slashes around it.
std::string_view bare_path(std::string_view path) {
  path = base::trim(path);
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// More parameters are an attack on the search above.
constexpr size_t max_parameters = 1'000;

}  // namespace

Value webhook_body(std::string_view bytes) {
  if (bytes.empty()) return {};
  const size_t begin = bytes.find_first_not_of(" \t\r\n");
  if (begin != std::string_view::npos && (bytes[begin] == '{' || bytes[begin] == '[')) {
    if (auto json = syntax::parse_json_prefix(bytes))
      return has_null_member(*json) ? without_null_members(*json) : *std::move(json);
  }
  if (base::find_invalid_utf8(bytes)) return Value::string(base::base64_encode(bytes));
  return Value::string(bytes);
}

base::Result<Value> webhook_parameters(std::string_view query) {
  MultiMap map;
  size_t count = 0;
  while (!query.empty()) {
    const std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(piece.size() + 1, query.size()));
    if (piece.empty()) continue;
    if (++count > max_parameters)
      return base::fail(bad_argument, fmt::format("more than {} parameters", max_parameters));
    const size_t equals = piece.find('=');
    GYR_TRY(std::string name, net::decode_text(piece.substr(0, equals)));
    if (equals == std::string_view::npos) {
      map.add(name, Value());
    } else {
      GYR_TRY(std::string value, net::decode_text(piece.substr(equals + 1)));
      map.add(name, Value::string(value));
    }
  }
  return map.build();
}

Value webhook_headers(const net::Headers& headers, std::string_view proof) {
  MultiMap map;
  for (const auto& [name, value] : headers.fields()) {
    if (!proof.empty() && base::equals_ignoring_case(name, proof)) continue;
    map.add(name, Value::string(base::find_invalid_utf8(value) ? base::repair_utf8(value) : value));
  }
  return map.build();
}

base::Task<base::Result<Value>> render_property(Request* request, const Webhook* webhook,
                                                const model::DynamicSource* property, Value roots, base::Id execution) {
  if (property->value_template().is_constant()) co_return property->source();
  // The template lives in the flow: the pointer shares that one's life.
  std::shared_ptr<const expression::ValueTemplate> source(webhook->flow, &property->value_template());
  const executor::HostScope scope{*webhook->flow->key, execution, {}};
  co_return co_await answer_of<Value>(&request->loop(), [&, now = request->services().clock.now()](auto done) {
    executor::render_with_host(request->services().host, scope, std::move(source), std::move(roots), false, now,
                               std::move(done));
  });
}

base::Task<base::Result<Webhook>> find_webhook(Request* request, executor::LoadedFlowPtr flow, std::string key,
                                               std::string path) {
  Webhook webhook{flow, nullptr, nullptr};
  for (const model::TriggerSpec& trigger : flow->compiled->flow().triggers) {
    if (trigger.disabled || !trigger.is(plugin::webhook_type)) continue;
    webhook.trigger = &trigger;
    webhook.properties = &trigger.properties<plugin::WebhookTrigger>();
    const model::DynamicSource& property = webhook.properties->key;
    if (!property.is_set() || bare_path(webhook.properties->path) != path) continue;
    Value rendered = property.source();
    if (!property.value_template().is_constant()) {
      Value roots = request->services().starter.roots(*flow->compiled, {}, {}, std::nullopt);
      auto outcome = co_await render_property(request, &webhook, &property, std::move(roots), {});
      if (!outcome) {
        base::log::warn("cannot render the key of webhook {} of {}.{}: {}", trigger.id, flow->key->namespace_,
                        flow->key->id, outcome.error().message());
        continue;
      }
      rendered = *std::move(outcome);
    }
    const std::string text = rendered.is_string() ? std::string() : expression::to_text(rendered);
    // The key is a credential (TRIG-99).
    if (security::same_secret(base::trim(rendered.is_string() ? rendered.text() : text), key)) co_return webhook;
  }
  co_return base::fail(not_found, "Webhook not found");
}

// ---------------------------------------------------------------------------------------------- conditions

base::Task<bool> webhook_conditions_hold(Request* request, const Webhook* webhook, Value roots, base::Id execution) {
  const auto cannot = [webhook](const base::Error& error) {
    base::log::error("cannot evaluate a condition of webhook {} of {}.{} [{}]: {}", webhook->trigger->id,
                     webhook->flow->key->namespace_, webhook->flow->key->id, error.code().text, error.message());
  };
  if (!webhook->trigger->conditions.empty()) {
    const executor::HostScope scope{*webhook->flow->key, execution, {}};
    auto judge = [flow = webhook->flow, trigger = webhook->trigger,
                  names = expression::ValueContext(roots)](const expression::Environment& environment) {
      return engine::all_hold(trigger->conditions,
                              {.names = names, .environment = environment, .listener = flow->key.get()});
    };
    auto outcome = co_await answer_of<Value>(&request->loop(), [&, now = request->services().clock.now()](auto done) {
      executor::evaluate_with_host(request->services().host, scope, judge, now, std::move(done));
    });
    if (!outcome) cannot(outcome.error());
    if (!outcome || !outcome->as_boolean()) co_return false;
  }
  if (webhook->trigger->when.is_set()) {
    auto rendered = co_await render_property(request, webhook, &webhook->trigger->when, roots, execution);
    if (!rendered) cannot(rendered.error());
    if (!rendered || !expression::is_truthy(*rendered)) co_return false;
  }
  co_return true;
}

}  // namespace gyr::web
